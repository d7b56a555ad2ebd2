package dev.chorus.gateway.stream;

import dev.chorus.model.Problem;
import dev.chorus.protocol.Event;

/**
 * Someone who follows a stream at a position of their own: a socket or an HTTP answer. Called on the gateway's context only; every number comes once and in order.
 */
public interface StreamReader {
  /** First of all: the reader's hold on the stream. */
  void attached(Attachment attachment);

  /** Before the first record, unless the reader began in the middle. */
  void opened(Event.StreamOpen open);

  /** The next records. After a batch that {@link StreamBatch#ends} nothing more comes. */
  void records(StreamBatch batch);

  /** Asked after each batch: too much of what was handed over is still unsent. Nothing more comes until {@link Attachment#drained}. */
  boolean full();

  /** The stream can no longer be read, e.g. its log has expired. Nothing more comes. */
  void lost(Problem problem);
}

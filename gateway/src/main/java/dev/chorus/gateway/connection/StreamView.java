package dev.chorus.gateway.connection;

import dev.chorus.gateway.socket.Transport;
import dev.chorus.gateway.stream.Attachment;
import dev.chorus.gateway.stream.StreamBatch;
import dev.chorus.gateway.stream.StreamReader;
import dev.chorus.model.Problem;
import dev.chorus.model.StreamId;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.EventCodec;

/** A stream as one connection follows it. */
final class StreamView implements StreamReader {
  private final Connection connection;
  /** Null until it is attached, where only the answer says which stream it will be. */
  private StreamId stream;
  private Attachment attachment;
  private boolean left;

  /** Of a stream that is to be named by its attachment. */
  StreamView(Connection connection) {
    this(connection, null);
  }

  StreamView(Connection connection, StreamId stream) {
    this.connection = connection;
    this.stream = stream;
  }

  StreamId stream() {
    return stream;
  }

  @Override
  public void attached(Attachment attachment) {
    // A repeated start is first attached to what it would have started, then to what it found.
    if (this.attachment != null)
      connection.views().remove(this);
    this.attachment = attachment;
    stream = attachment.stream();
    if (left || !connection.views().add(this))
      attachment.detach();
  }

  /** What it was to follow was not started. */
  void abandon() {
    if (attachment != null)
      connection.views().remove(this);
  }

  /** Hears no more of it. */
  void detach() {
    left = true;
    if (attachment != null)
      attachment.detach();
  }

  /** The client has gone away. */
  void gone() {
    left = true;
    if (attachment != null)
      attachment.gone();
  }

  void drained() {
    if (attachment != null)
      attachment.drained();
  }

  @Override
  public void opened(Event.StreamOpen open) {
    socket().send(EventCodec.event(open, stream.room().orElse(null), null));
  }

  @Override
  public void records(StreamBatch batch) {
    socket().share(batch.envelopes());
    if (batch.ends())
      connection.views().remove(this);
  }

  @Override
  public boolean full() {
    return socket().isFull();
  }

  @Override
  public void lost(Problem problem) {
    connection.views().remove(this);
    socket().send(EventCodec.error(null, problem));
  }

  private Transport socket() {
    return connection.socket();
  }
}

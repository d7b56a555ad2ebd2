package dev.chorus.streaming.exchange;

import dev.chorus.streaming.provider.Finish;
import java.util.function.Consumer;

/** Reads the body of one answer in one dialect. It has no clock and no socket: bytes come in, cut anywhere, and what they say goes out. */
public interface Decoder {
  /** The media type that a body of this kind is announced with, in lower case. */
  String mediaType();

  /** Tells what these bytes complete, in order. What follows a failure means nothing. */
  void feed(byte[] bytes, Consumer<Heard> heard);

  /** Whether the answer is complete, so that only its usage or the end of the body may still come. */
  boolean isWhole();

  /** Whether the provider said why it finished; that is all there is to know once the body is over. */
  boolean saidWhy();

  /** Only when the provider said why. */
  Finish finish();
}

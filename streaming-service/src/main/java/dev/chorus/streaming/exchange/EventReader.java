package dev.chorus.streaming.exchange;

import dev.chorus.streaming.provider.Finish;
import java.util.function.Consumer;

/** Reads the events of one answer, whatever they were framed in. */
public interface EventReader {
  /** @param data one event's data */
  void on(String data, Consumer<Heard> heard);

  /** As {@link Decoder#isWhole()}. */
  boolean isWhole();

  /** As {@link Decoder#saidWhy()}. */
  boolean saidWhy();

  /** As {@link Decoder#finish()}. */
  Finish finish();
}

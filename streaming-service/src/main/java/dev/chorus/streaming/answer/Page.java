package dev.chorus.streaming.answer;

import dev.chorus.bus.StreamRecord;
import dev.chorus.streaming.provider.Finish;

/** Who wants an answer written. */
interface Page {
  void begun();

  void wrote(Finish finish);

  void gaveUp(StreamRecord.Failure failure);

  /** Nobody is left who would read it. */
  void deserted();

  boolean isWanted();

  /** Whether the provider is to be read. */
  boolean reads();
}

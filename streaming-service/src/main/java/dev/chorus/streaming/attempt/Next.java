package dev.chorus.streaming.attempt;

import dev.chorus.bus.StreamRecord;
import dev.chorus.streaming.provider.Target;

/** What to do for an answer that nobody works on. */
public sealed interface Next {
  /** @param number of the attempt, from 1 */
  record Try(Target target, int number, long delayMs) implements Next {}

  record GiveUp(StreamRecord.Failure failure) implements Next {}
}

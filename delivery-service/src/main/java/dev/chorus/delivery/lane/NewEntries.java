package dev.chorus.delivery.lane;

/** Hears of what lanes have judged good, in its order, entries after their commit; of one room in the order of their seqs. */
public interface NewEntries {
  /** An entry is in the log. */
  void appended(Draft draft, Outcome.Stored stored);

  /** A message goes out once, without a place in the log. */
  void passed(Draft draft, Outcome.Passed passed);
}

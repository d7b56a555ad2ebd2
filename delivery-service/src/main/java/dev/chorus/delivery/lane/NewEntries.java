package dev.chorus.delivery.lane;

/** Hears of every entry that a lane has made, after its commit; of one room in the order of their seqs. */
@FunctionalInterface
public interface NewEntries {
  void appended(Draft draft, Outcome.Stored stored);
}

package dev.chorus.delivery.lane;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Drafts that are appended in one call and one commit.
 *
 * @param careful each row is judged by itself, since there is something to judge
 * @param unknown an earlier attempt may have been carried out
 */
record Batch(List<Draft> drafts, boolean careful, boolean unknown) {

  /** A first attempt. A message that is in it twice is something to judge, and so is all that is more than a new message. */
  static Batch of(List<Draft> drafts) {
    return new Batch(drafts, hasRepeats(drafts) || !drafts.stream().allMatch(Draft::isPlain), false);
  }

  private static boolean hasRepeats(List<Draft> drafts) {
    if (drafts.size() == 1)
      return false;
    Set<Draft.Key> keys = HashSet.newHashSet(drafts.size());
    for (Draft draft : drafts) {
      if (!keys.add(draft.key()))
        return true;
    }
    return false;
  }

  Batch carefully() {
    return new Batch(drafts, true, unknown);
  }

  Batch withUnknownOutcome() {
    return new Batch(drafts, true, true);
  }

  Batch firstHalf() {
    return new Batch(drafts.subList(0, drafts.size() / 2), careful, unknown);
  }

  Batch secondHalf() {
    return new Batch(drafts.subList(drafts.size() / 2, drafts.size()), careful, unknown);
  }

  /** Of its draft that waits longest. */
  long deadline() {
    return drafts.getFirst().deadline();
  }
}

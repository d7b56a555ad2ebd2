package dev.chorus.streaming.recovery;

import dev.chorus.streaming.provider.Piece;
import java.util.List;

/** What a piece of a new attempt is, beside what readers have. */
public sealed interface Verdict {
  /** They have it already, as far as can be told yet. */
  record Swallowed() implements Verdict {}

  /** It goes on behind what they have: the comparison is over. */
  record GoesOn(Piece piece) implements Verdict {}

  /**
   * It is another answer: the comparison is over.
   *
   * @param fromSeq the last chunk that both share; what came after it is void
   * @param again what stands behind it now
   */
  record Differs(long fromSeq, List<Piece> again) implements Verdict {}
}

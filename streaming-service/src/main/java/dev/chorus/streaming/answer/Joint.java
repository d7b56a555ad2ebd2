package dev.chorus.streaming.answer;

import dev.chorus.streaming.provider.Frame;
import dev.chorus.streaming.provider.Piece;
import dev.chorus.streaming.recovery.Comparison;
import dev.chorus.streaming.recovery.RawFrame;
import dev.chorus.streaming.recovery.Said;
import dev.chorus.streaming.recovery.Verdict;
import java.util.function.Consumer;

/** Where a new attempt meets what readers have: it was told to go on from there, or it began again and repeats it first. Over as soon as something new is said. */
final class Joint {
  /** Nothing is there to be joined. */
  static final Joint NONE = new Joint(null, null, null, true);

  /** What readers are to get. */
  sealed interface Step {}

  /** What follows goes on behind what they have. */
  record Continued() implements Step {}

  /** What they have above that seq is void. */
  record Reset(long fromSeq) implements Step {}

  record Say(Piece piece, String raw) implements Step {}

  record Keep(String raw) implements Step {}

  private final Comparison comparison;
  private final String prefix;
  private final Long resetTo;
  private boolean over;

  private Joint(Comparison comparison, String prefix, Long resetTo, boolean over) {
    this.comparison = comparison;
    this.prefix = prefix;
    this.resetTo = resetTo;
    this.over = over;
  }

  /**
   * @param behind the seq behind which the attempt's part of the answer begins
   * @param prefill the target can go on from a text
   */
  static Joint of(Said said, long behind, boolean prefill) {
    if (said.lastSeq() <= behind)
      return NONE;
    long firm = said.firmSeq(behind);
    if (!prefill || !said.isPlainBehind(behind, firm))
      return new Joint(new Comparison(said, behind), null, null, false);
    return new Joint(null, said.textBehind(behind), firm < said.lastSeq() ? firm : null, false);
  }

  /** What the target is to go on from, or null. */
  String prefix() {
    return prefix;
  }

  /** What stands above that seq is void before the attempt begins: an unfinished block that cannot be gone on with. Null: nothing is. */
  Long resetTo() {
    return resetTo;
  }

  boolean isOver() {
    return over;
  }

  void on(Frame frame, Consumer<Step> out) {
    String raw = frame.raw();
    if (frame.pieces().isEmpty()) {
      // Whatever came before the text, such as the role, was said by the attempt before.
      if (raw != null && RawFrame.isOfTheEnd(raw))
        atTheEnd(raw, out);
      return;
    }
    for (Piece piece : frame.pieces()) {
      if (over) {
        out.accept(new Say(piece, raw));
        raw = null;
      } else if (piece(piece, raw, out)) {
        raw = null;
      }
    }
    if (!over && raw != null && RawFrame.isOfTheEnd(raw))
      atTheEnd(RawFrame.withContent(raw, ""), out);
  }

  private void atTheEnd(String raw, Consumer<Step> out) {
    end(out);
    out.accept(new Keep(raw));
  }

  /** Whether something new was said. */
  private boolean piece(Piece piece, String raw, Consumer<Step> out) {
    Verdict verdict = comparison == null ? new Verdict.GoesOn(piece) : comparison.on(piece);
    switch (verdict) {
      case Verdict.Swallowed swallowed -> {
        return false;
      }
      case Verdict.GoesOn(Piece rest) -> {
        over = true;
        out.accept(new Continued());
        boolean whole = raw == null || rest == piece || !(rest instanceof Piece.Content);
        out.accept(new Say(rest, whole ? raw : RawFrame.withContent(raw, ((Piece.Content) rest).text())));
      }
      case Verdict.Differs differs -> differs(differs, out);
    }
    return true;
  }

  private void differs(Verdict.Differs differs, Consumer<Step> out) {
    over = true;
    out.accept(new Reset(differs.fromSeq()));
    differs.again().forEach(piece -> out.accept(new Say(piece, null)));
  }

  /** The attempt has come to its end. */
  void end(Consumer<Step> out) {
    over = true;
    if (comparison != null && comparison.end() instanceof Verdict.Differs differs)
      differs(differs, out);
  }
}

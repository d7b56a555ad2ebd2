package dev.chorus.streaming.answer;

import dev.chorus.streaming.provider.Frame;
import dev.chorus.streaming.provider.Piece;
import dev.chorus.streaming.recovery.Comparison;
import dev.chorus.streaming.recovery.RawFrame;
import dev.chorus.streaming.recovery.Said;
import dev.chorus.streaming.recovery.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Meets the text that readers have: the attempt was told to go on from there, or began again and repeats it first. Over as soon as something new is said. */
final class TextJoint implements Joint {
  /** Nothing is there to be joined. */
  static final TextJoint NONE = new TextJoint(null, null, null, null, true);

  private final Said said;
  private final Comparison comparison;
  private final String prefix;
  private final Long resetTo;
  private boolean over;

  private TextJoint(Said said, Comparison comparison, String prefix, Long resetTo, boolean over) {
    this.said = said;
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
      return new TextJoint(said, new Comparison(said, behind), null, null, false);
    return new TextJoint(said, null, said.textBehind(behind), firm < said.lastSeq() ? firm : null, false);
  }

  @Override
  public String prefix() {
    return prefix;
  }

  @Override
  public Long resetTo() {
    return resetTo;
  }

  @Override
  public boolean isOver() {
    return over;
  }

  @Override
  public void on(Frame frame, Consumer<Step> out) {
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
    long edge = said.edge(differs.fromSeq());
    String kept = said.between(edge, differs.fromSeq());
    out.accept(new Reset(edge));
    List<Piece> again = new ArrayList<>(differs.again());
    if (!kept.isEmpty())
      again.add(0, new Piece.Content(again.isEmpty() || !(again.getFirst() instanceof Piece.Content)
          ? kept
          : kept + ((Piece.Content) again.removeFirst()).text()));
    again.forEach(piece -> out.accept(new Say(piece, null)));
  }

  @Override
  public void end(Consumer<Step> out) {
    over = true;
    if (comparison != null && comparison.end() instanceof Verdict.Differs differs)
      differs(differs, out);
  }
}

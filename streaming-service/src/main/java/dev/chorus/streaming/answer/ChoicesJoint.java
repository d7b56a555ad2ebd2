package dev.chorus.streaming.answer;

import dev.chorus.streaming.provider.Frame;
import dev.chorus.streaming.provider.Piece;
import dev.chorus.streaming.recovery.Choices;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Meets an answer of several choices, each of which is repeated at its own pace: over only when one of them says something else. */
final class ChoicesJoint implements Joint {
  private final Choices choices;
  /** All frames of the attempt: what is said in place of the answer before when it turns out to be another one. */
  private final List<Frame> heard = new ArrayList<>();
  private boolean continued;
  private boolean over;

  private ChoicesJoint(Choices choices) {
    this.choices = choices;
  }

  static Joint of(Choices choices) {
    if (!choices.isComparable())
      return TextJoint.NONE;
    choices.again();
    return new ChoicesJoint(choices);
  }

  @Override
  public String prefix() {
    return null;
  }

  @Override
  public Long resetTo() {
    return null;
  }

  @Override
  public boolean isOver() {
    return over;
  }

  @Override
  public void on(Frame frame, Consumer<Step> out) {
    heard.add(frame);
    Frame rest = choices.rest(frame);
    if (rest == null) {
      differs(out);
    } else if (rest.raw() != null) {
      if (!continued)
        out.accept(new Continued());
      continued = true;
      say(rest, out);
    }
  }

  private static void say(Frame frame, Consumer<Step> out) {
    String raw = frame.raw();
    for (Piece piece : frame.pieces()) {
      out.accept(new Say(piece, raw));
      raw = null;
    }
    if (raw != null)
      out.accept(new Keep(raw));
  }

  /** Nothing of several choices can be kept: where in the numbers each of them stands is not the same. */
  private void differs(Consumer<Step> out) {
    over = true;
    out.accept(new Reset(0));
    heard.forEach(frame -> say(frame, out));
  }

  @Override
  public void end(Consumer<Step> out) {
    if (choices.isRepeated())
      over = true;
    else
      differs(out);
  }
}

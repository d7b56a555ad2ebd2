package dev.chorus.streaming.answer;

import dev.chorus.streaming.provider.Frame;
import dev.chorus.streaming.provider.Piece;
import java.util.function.Consumer;

/** Where a new attempt meets what readers have. */
sealed interface Joint permits TextJoint, ChoicesJoint {
  /** What readers are to get. */
  sealed interface Step {}

  /** What follows goes on behind what they have. */
  record Continued() implements Step {}

  /** What they have above that seq is void. */
  record Reset(long fromSeq) implements Step {}

  record Say(Piece piece, String raw) implements Step {}

  record Keep(String raw) implements Step {}

  /** What the target is to go on from, or null. */
  String prefix();

  /** What stands above that seq is void before the attempt begins: an unfinished block that cannot be gone on with. Null: nothing is. */
  Long resetTo();

  /** Frames of the attempt go to readers as they are. */
  boolean isOver();

  void on(Frame frame, Consumer<Step> out);

  /** The attempt has come to its end. */
  void end(Consumer<Step> out);
}

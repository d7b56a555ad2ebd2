package dev.chorus.streaming.answer;

import dev.chorus.streaming.provider.Frame;
import dev.chorus.streaming.provider.Piece;
import java.util.ArrayDeque;
import java.util.Deque;

/** What a provider says while its text may not go out: kept in order, and bounded by no longer reading when it is full. */
final class Holding {
  private static final int MAX_CHARACTERS = 256 * 1024;
  private static final int MAX_STEPS = 4000;
  private final Deque<Runnable> steps = new ArrayDeque<>();
  private boolean shut;
  private long characters;

  boolean isShut() {
    return shut;
  }

  void shut() {
    shut = true;
  }

  /** Lets everything go, until something shuts it again. */
  void open() {
    shut = false;
    while (!shut && !steps.isEmpty())
      steps.poll().run();
    if (steps.isEmpty())
      characters = 0;
  }

  void add(Frame frame, Runnable step) {
    for (Piece piece : frame.pieces())
      if (piece instanceof Piece.Content(String text))
        characters += text.length();
    if (frame.raw() != null)
      characters += frame.raw().length();
    add(step);
  }

  void add(Runnable step) {
    steps.add(step);
  }

  boolean isFull() {
    return characters >= MAX_CHARACTERS || steps.size() >= MAX_STEPS;
  }

  boolean isEmpty() {
    return steps.isEmpty();
  }

  void clear() {
    steps.clear();
    characters = 0;
  }
}

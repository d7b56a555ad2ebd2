package dev.chorus.gateway.connection;

import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What one connection asks of one room (or stream) is done in the order in which it was asked: one after the other, but sends beside each other, since they keep their order
 * by themselves. Without anything under way it holds nothing.
 */
final class Turns {
  private static final int MAX_WAITING = 256;
  private final Map<Object, Turn> turns = new HashMap<>(2);

  private record Waiting(boolean together, Supplier<Future<?>> work) {}

  private static final class Turn {
    final ArrayDeque<Waiting> waiting = new ArrayDeque<>(2);
    int running;
    boolean alone;

    boolean admits(boolean together) {
      return running == 0 || (together && !alone);
    }
  }

  /**
   * Does it in its turn.
   *
   * @param about the room or stream
   * @param together beside others that are so too
   * @return false when too much waits already
   */
  boolean take(Object about, boolean together, Supplier<Future<?>> work) {
    Turn turn = turns.computeIfAbsent(about, a -> new Turn());
    if (turn.waiting.isEmpty() && turn.admits(together)) {
      run(about, turn, together, work);
      return true;
    }
    if (turn.waiting.size() >= MAX_WAITING)
      return false;
    turn.waiting.add(new Waiting(together, work));
    return true;
  }

  private void run(Object about, Turn turn, boolean together, Supplier<Future<?>> work) {
    turn.running++;
    turn.alone = !together;
    work.get().onComplete(done -> {
      turn.running--;
      next(about, turn);
    });
  }

  private void next(Object about, Turn turn) {
    while (!turn.waiting.isEmpty() && turn.admits(turn.waiting.peek().together())) {
      Waiting next = turn.waiting.poll();
      run(about, turn, next.together(), next.work());
    }
    if (turn.running == 0 && turn.waiting.isEmpty())
      turns.remove(about, turn);
  }
}

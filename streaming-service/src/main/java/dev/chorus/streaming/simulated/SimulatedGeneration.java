package dev.chorus.streaming.simulated;

import dev.chorus.streaming.provider.Frame;
import dev.chorus.streaming.provider.Generation;
import dev.chorus.streaming.provider.ProviderSink;
import io.vertx.core.Vertx;
import java.time.Clock;

/** Plays an answer: a frame is due a token's time after the one before it; what became due since the last turn comes at once. */
final class SimulatedGeneration implements Generation {
  private static final int SECOND_MS = 1000;
  /** However fast it is to be, others get their turns. */
  private static final int FRAMES_PER_TURN = 200;
  private final Vertx vertx;
  private final Clock clock;
  private final SimulatedAnswer answer;
  private final ProviderSink sink;
  private final double tokensPerSecond;
  private int next;
  private double dueAt;
  private long timer = -1;
  private boolean paused;
  private boolean over;

  SimulatedGeneration(Vertx vertx, Clock clock, SimulatedAnswer answer, ProviderSink sink, double tokensPerSecond) {
    this.vertx = vertx;
    this.clock = clock;
    this.answer = answer;
    this.sink = sink;
    this.tokensPerSecond = tokensPerSecond;
  }

  void start() {
    dueAt = clock.millis();
    timer = vertx.setTimer(1, turn -> play());
  }

  private void play() {
    timer = -1;
    sink.alive();
    for (int turn = 0; turn < FRAMES_PER_TURN && !over && !paused && dueAt <= clock.millis(); turn++) {
      // The first frame names the role; tokens are counted without it.
      if (answer.stallAfter() >= 0 && next > answer.stallAfter())
        return;
      if (next == answer.frames().size()) {
        end();
        return;
      }
      Frame frame = answer.frames().get(next++).get();
      if (!frame.pieces().isEmpty())
        dueAt += SECOND_MS / tokensPerSecond;
      sink.frame(frame);
    }
    if (!over && !paused)
      timer = vertx.setTimer(Math.max(1, (long) Math.ceil(dueAt - clock.millis())), turn -> play());
  }

  private void end() {
    over = true;
    switch (answer.ending()) {
      case SimulatedAnswer.Ending.Finished finished -> {
        finished.last().forEach(sink::frame);
        sink.finished(finished.finish());
      }
      case SimulatedAnswer.Ending.Failed failed -> sink.failed(failed.failure());
    }
  }

  @Override
  public void pause() {
    paused = true;
  }

  @Override
  public void resume() {
    if (!paused)
      return;
    paused = false;
    // Nothing is made up for: the provider would have waited too.
    dueAt = Math.max(dueAt, (double) clock.millis());
    if (!over && timer < 0)
      timer = vertx.setTimer(1, turn -> play());
  }

  @Override
  public void cancel() {
    over = true;
    if (timer >= 0)
      vertx.cancelTimer(timer);
  }
}

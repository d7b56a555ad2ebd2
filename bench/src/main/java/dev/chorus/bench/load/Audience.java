package dev.chorus.bench.load;

import dev.chorus.bench.process.Meter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Many viewers with an answer each, all at the same time; one of them may read slowly until the measuring is over. */
public final class Audience {
  private static final double STEP_SECONDS = 0.1;
  private static final double END_SECONDS = 60;
  private static final int ALL = Integer.MAX_VALUE;

  private Audience() {}

  /** What is looked at while all answers are still being written, but not measured any more. */
  @FunctionalInterface
  public interface Look {
    /** Looks. */
    void look() throws IOException;
  }

  /**
   * Shows it.
   *
   * @param meter the processes whose CPU counts
   */
  public static AudienceOutcome attend(Loop loop, int port, Show show, Meter meter, Look look) throws IOException {
    AudienceTally tally = new AudienceTally();
    List<Viewer> viewers = new ArrayList<>(show.viewers());
    try {
      enter(loop, port, show, tally, viewers);
      Viewer slow = viewers.getFirst();
      pass(loop, show, slow, show.settleSeconds(), tally);
      Map<String, Double> before = meter.read();
      long from = System.nanoTime();
      tally.count(true);
      pass(loop, show, slow, show.measuredSeconds(), tally);
      tally.count(false);
      Map<String, Double> cpu = meter.since(before);
      double measured = (System.nanoTime() - from) / 1e9;
      slow.allow(ALL);
      look.look();
      loop.until(() -> tally.over() == viewers.size(), show.tailSeconds() + show.openSeconds() + END_SECONDS);
      return tally.outcome(show.viewers(), measured, cpu);
    } finally {
      viewers.forEach(Viewer::close);
    }
  }

  private static void enter(Loop loop, int port, Show show, AudienceTally tally, List<Viewer> viewers) throws IOException {
    long start = System.nanoTime();
    for (int i = 0; i < show.viewers() && tally.failures() < show.viewers() / 2; i++) {
      double due = i * show.openSeconds() / show.viewers();
      loop.until(() -> (System.nanoTime() - start) / 1e9 >= due, show.openSeconds() + 1);
      viewers.add(new Viewer(loop, port, show, i, tally));
      viewers.getFirst().allow((int) (show.slowBytes() * STEP_SECONDS));
    }
  }

  /** Some time, in which the slow one reads on as slowly as it may. */
  private static void pass(Loop loop, Show show, Viewer slow, double seconds, AudienceTally tally) throws IOException {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    while (System.nanoTime() < end && tally.failures() < show.viewers() / 2) {
      slow.allow((int) (show.slowBytes() * STEP_SECONDS));
      loop.rest(Math.min(STEP_SECONDS, Math.max(0, (end - System.nanoTime()) / 1e9)));
    }
  }
}

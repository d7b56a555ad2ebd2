package dev.chorus.bench.scenario;

import dev.chorus.bench.load.Crowd;
import dev.chorus.bench.load.Load;
import dev.chorus.bench.load.Outcome;
import dev.chorus.bench.process.Meter;
import dev.chorus.bench.process.ProcessFigures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Unmeasured load, until the compilers of JVMs have done most of their work: before that they spend as much as what is measured, or more. */
final class Heating {
  private static final int MOST = 5;
  /** Of the time of a core: less is some percent of what the server itself spends. */
  private static final double QUIET_SHARE = 0.03;

  private Heating() {}

  /** One load; gives the seconds that it lasted. */
  interface Round {
    double run() throws IOException;
  }

  /** Loads as often as it takes, within bounds. */
  static void repeat(Round round, long... pids) throws IOException {
    for (int i = 0; i < MOST; i++) {
      double before = compilers(pids);
      double seconds = round.run();
      if (compilers(pids) - before <= QUIET_SHARE * pids.length * seconds)
        return;
    }
  }

  /** The same with one kind of load; all of these loads together are the outcome. */
  static Outcome of(Stage stage, Crowd crowd, Load.Pace pace, Meter meter, long... pids) throws IOException {
    Load load = stage.plan().heat(pace);
    List<Outcome> all = new ArrayList<>();
    repeat(() -> {
      all.add(crowd.run(load, meter));
      return all.getLast().seconds();
    }, pids);
    return all.stream().reduce(Outcome::plus).orElseThrow();
  }

  private static double compilers(long... pids) {
    return Arrays.stream(pids).mapToDouble(pid -> ProcessFigures.of(pid).compilerCpuSeconds()).sum();
  }
}

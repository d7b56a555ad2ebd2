package dev.chorus.bench.scenario;

import dev.chorus.bench.load.Crowd;
import dev.chorus.bench.load.Load;
import dev.chorus.bench.load.Outcome;
import dev.chorus.bench.process.Meter;
import dev.chorus.bench.process.ProcessFigures;
import java.io.IOException;
import java.util.Arrays;

/** Unmeasured load, until the compilers of JVMs have done most of their work: before that they spend as much as what is measured, or more. */
final class Heating {
  private static final int MOST = 5;
  /** Of the time of a core: less is some percent of what the server itself spends. */
  private static final double QUIET_SHARE = 0.03;

  private Heating() {}

  /** Loads as often as it takes, within bounds; all of these loads together are the outcome. */
  static Outcome of(Stage stage, Crowd crowd, Load.Pace pace, Meter meter, long... pids) throws IOException {
    Load load = stage.plan().heat(pace);
    Outcome all = null;
    for (int i = 0; i < MOST; i++) {
      double before = compilers(pids);
      Outcome heat = crowd.run(load, meter);
      all = all == null ? heat : all.plus(heat);
      if (compilers(pids) - before < QUIET_SHARE * pids.length * heat.seconds())
        break;
    }
    return all;
  }

  private static double compilers(long... pids) {
    return Arrays.stream(pids).mapToDouble(pid -> ProcessFigures.of(pid).compilerCpuSeconds()).sum();
  }
}

package dev.chorus.bench.scenario;

import dev.chorus.bench.load.Load;

/**
 * How long everything lasts.
 *
 * @param heatSeconds unmeasured load before the first turn, for the compilers of both sides
 * @param warmSeconds unmeasured begin of every load
 * @param turns how often each side has its turn; the figures are of all turns together
 * @param idleSockets sockets of the idle run
 * @param crowd people who all move their cursors in one room
 * @param storm people who all come at once
 * @param rebuilt people of whom a new owner has to be told
 * @param streams answers that are written at the same time
 * @param streamSeconds for which they are measured
 */
public record Plan(double heatSeconds, double warmSeconds, double measuredSeconds, int turns, int idleSockets, int crowd, int storm,
    int rebuilt, int streams, double streamSeconds) {
  /** The figures that count. */
  public static final Plan FULL = new Plan(15, 1, 5, 2, 5_000, 1_000, 5_000, 10_000, 1_000, 60);
  /** A look in some minutes. The heating is not what is saved: a compiler at work costs several times what a message does. */
  public static final Plan QUICK = new Plan(10, 0.5, 3, 1, 2_000, 200, 1_000, 2_000, 300, 30);

  /** A measured load. */
  Load load(Load.Pace pace) {
    return new Load(pace, warmSeconds, measuredSeconds);
  }

  /** A load that only warms up. */
  Load heat(Load.Pace pace) {
    return new Load(pace, 0, heatSeconds);
  }
}

package dev.chorus.bench.scenario;

import dev.chorus.bench.floor.BareBroadcast;
import dev.chorus.bench.load.Load;
import dev.chorus.bench.load.Seating;
import dev.chorus.bench.report.Figure;
import dev.chorus.bench.report.Goal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** One room of 1000 sockets: what a delivery costs the gateway, at two calm rates and as fast as 16 publishers get it through. */
final class Fanout implements Benchmark {
  private static final int READERS = 1_000;
  private static final int PUBLISHERS = 16;
  /** Messages that not all have yet: 16 for each publisher, so that a socket's unsent bytes stay below the gateway's bound for slow readers. */
  private static final int IN_FLIGHT = PUBLISHERS * 16;
  private static final double CALM_FACTOR = 1.2;
  private static final double SATURATED_FACTOR = 4;

  @Override
  public String name() {
    return "fanout";
  }

  @Override
  public List<Figure> run(Stage stage) throws IOException {
    List<Figure> figures = new ArrayList<>();
    Load.Pace saturation = new Load.Undelivered(IN_FLIGHT);
    try (Duel duel = new Duel(stage, BareBroadcast.class, false, name(), Seating.oneRoomEach(1, READERS, PUBLISHERS))) {
      duel.heat(saturation);
      for (int rate : new int[]{50, 100}) {
        Duel.Pair pair = duel.turns(new Load.Rate(rate));
        figures.add(perCpuSecond("1 → 1000, " + rate + "/s", pair, CALM_FACTOR));
        figures.add(Figure.beside(name(), "1 → 1000, " + rate + "/s, delay p99", pair.chorus().delivery().millis(.99), "ms",
            pair.bare().delivery().millis(.99), Goal.none()));
      }
      Duel.Pair pair = duel.turns(saturation);
      figures.add(perCpuSecond("16 publishers, saturated", pair, SATURATED_FACTOR));
      figures.add(
          Figure.beside(name(), "16 publishers, saturated, in all", pair.chorus().delivered() / pair.chorus().seconds(), "deliveries/s",
              pair.bare().delivered() / pair.bare().seconds(), Goal.none()));
      figures.add(Figure.faults(name(), "lost, doubled or out of order", duel.faults(), "deliveries"));
    }
    return figures;
  }

  private Figure perCpuSecond(String what, Duel.Pair pair, double factor) {
    return Figure.beside(name(), what, pair.chorus().deliveriesPerCpuSecond(Duel.SERVER), "deliveries/CPU-s",
        pair.bare().deliveriesPerCpuSecond(Duel.SERVER), new Goal.TimesReference(factor));
  }
}

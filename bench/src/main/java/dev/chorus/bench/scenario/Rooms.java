package dev.chorus.bench.scenario;

import dev.chorus.bench.floor.BareRooms;
import dev.chorus.bench.load.Load;
import dev.chorus.bench.load.Seating;
import dev.chorus.bench.report.Figure;
import dev.chorus.bench.report.Goal;
import java.io.IOException;
import java.util.List;

/** A hundred rooms of ten sockets with 2,500 messages a second in all: small fan-outs, where the protocol's own cost shows. */
final class Rooms implements Benchmark {
  private static final int ROOMS = 100;
  private static final int READERS = 1_000;
  private static final int PUBLISHERS = 20;
  private static final double RATE = 2_500;

  @Override
  public String name() {
    return "rooms";
  }

  @Override
  public List<Figure> run(Stage stage) throws IOException {
    Load.Pace pace = new Load.Rate(RATE);
    try (Duel duel = new Duel(stage, BareRooms.class, true, name(), Seating.oneRoomEach(ROOMS, READERS, PUBLISHERS))) {
      duel.heat(pace);
      Duel.Pair pair = duel.turns(pace);
      return List.of(
          Figure.beside(name(), "100 rooms of 10, 2,500/s", pair.chorus().deliveriesPerCpuSecond(Duel.SERVER), "deliveries/CPU-s",
              pair.bare().deliveriesPerCpuSecond(Duel.SERVER), new Goal.TimesReference(1)),
          Figure.beside(name(), "100 rooms of 10, delay p99", pair.chorus().delivery().millis(.99), "ms",
              pair.bare().delivery().millis(.99), Goal.none()),
          Figure.faults(name(), "lost, doubled or out of order", duel.faults(), "deliveries"));
    }
  }
}

package dev.chorus.bench.scenario;

import dev.chorus.bench.floor.BareRooms;
import dev.chorus.bench.load.Crowd;
import dev.chorus.bench.load.Dialect;
import dev.chorus.bench.load.Seating;
import dev.chorus.bench.process.Floor;
import dev.chorus.bench.process.ProcessFigures;
import dev.chorus.bench.report.Figure;
import dev.chorus.bench.report.Goal;
import java.io.IOException;
import java.util.List;

/** Thousands of sockets in rooms of ten that say nothing: what each costs in resident memory. */
final class Idle implements Benchmark {
  private static final int ROOM_SIZE = 10;
  private static final int FIRST_SOCKETS = 500;
  private static final double SETTLE_SECONDS = 2;
  private static final double LIMIT_KIB = 10;

  @Override
  public String name() {
    return "idle";
  }

  @Override
  public List<Figure> run(Stage stage) throws IOException {
    int sockets = stage.plan().idleSockets();
    double bare;
    try (Floor floor = Floor.start(BareRooms.class)) {
      bare = kibPerSocket(stage, floor.port(), floor.pid(), new BareDialect(true), new BareDialect(true), sockets);
    }
    double chorus = kibPerSocket(stage, stage.chorus().gatewayPort(), stage.chorus().pid("gateway"),
        new ChorusDialect("idle-first", stage.chorus().token()), new ChorusDialect("idle", stage.chorus().token()), sockets);
    return List.of(Figure.beside(name(), "%,d sockets in a room each, resident".formatted(sockets), chorus, "KiB/socket", bare,
        new Goal.AtMost(LIMIT_KIB)));
  }

  /** Some sockets come and go first, so that code and pools that the first ones need are not charged to the others. */
  private static double kibPerSocket(Stage stage, int port, long pid, Dialect first, Dialect second, int sockets) throws IOException {
    new Crowd(stage.loop(), port, first, Seating.oneRoomEach(FIRST_SOCKETS / ROOM_SIZE, FIRST_SOCKETS, 0)).close();
    double before = settled(stage, pid);
    Crowd crowd = new Crowd(stage.loop(), port, second, Seating.oneRoomEach(sockets / ROOM_SIZE, sockets, 0));
    double after = settled(stage, pid);
    crowd.close();
    stage.says("process %d: %,.0f KiB before, %,.0f KiB with %,d sockets".formatted(pid, before, after, sockets));
    return (after - before) / sockets;
  }

  /** Resident memory after two full collections: garbage of connecting is not the price of a socket. */
  private static double settled(Stage stage, long pid) throws IOException {
    stage.loop().rest(SETTLE_SECONDS);
    for (int i = 0; i < 2; i++) {
      ProcessFigures.of(pid).collectGarbage();
      stage.loop().rest(1);
    }
    return ProcessFigures.of(pid).residentKib();
  }
}

package dev.chorus.bench.scenario;

import dev.chorus.bench.cluster.Batches;
import dev.chorus.bench.floor.PlainInsert;
import dev.chorus.bench.load.Crowd;
import dev.chorus.bench.load.Histogram;
import dev.chorus.bench.load.Load;
import dev.chorus.bench.load.Outcome;
import dev.chorus.bench.load.Seating;
import dev.chorus.bench.process.Meter;
import dev.chorus.bench.process.ProcessFigures;
import dev.chorus.bench.report.Figure;
import dev.chorus.bench.report.Goal;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Stored messages: how many a second, what each costs in every process, and how long an ack takes; one reader in each room checks their order. */
final class Durable implements Benchmark {
  private static final int PUBLISHERS = 16;
  private static final int[] IN_FLIGHT = {64, 512};
  private static final double LOW_RATE = 50;
  private static final double HALF_LOAD_P50_MS = 5;
  private static final double CPU_MICROS = 60;
  private static final double OVER_COMMIT_MS = 1;
  private static final double DELIVERED_P50_MS = 3;

  private record Shape(String words, Seating seating, double goalPerSecond) {}

  private static final Shape ONE_ROOM = new Shape("one room", new Seating(1, 1, 1, 1, PUBLISHERS, Seating.USUAL_CONTENT), 8_000);
  private static final Shape MANY_ROOMS = new Shape("1000 rooms", new Seating(1_000, 4, 250, 1, PUBLISHERS, Seating.USUAL_CONTENT), 15_000);

  @Override
  public String name() {
    return "durable";
  }

  @Override
  public List<Figure> run(Stage stage) throws IOException {
    try (PlainInsert floor = new PlainInsert(stage.chorus().database().url(), Seating.USUAL_CONTENT)) {
      double plainRows = plainInserts(stage, floor);
      List<Figure> figures = new ArrayList<>();
      for (Shape shape : List.of(ONE_ROOM, MANY_ROOMS)) {
        figures.addAll(shape(stage, shape, plainRows, floor));
        stage.chorus().database().clear();
      }
      return figures;
    } catch (SQLException e) {
      throw new IOException("PostgreSQL refused the plain inserts: " + e.getMessage(), e);
    }
  }

  private List<Figure> shape(Stage stage, Shape shape, double plainRows, PlainInsert floor) throws IOException, SQLException {
    List<Figure> figures = new ArrayList<>();
    ChorusDialect dialect = new ChorusDialect("durable-" + shape.seating().rooms(), stage.chorus().token());
    try (Crowd crowd = new Crowd(stage.loop(), stage.chorus().gatewayPort(), dialect, shape.seating())) {
      Meter meter = stage.chorus().meter();
      Outcome all = Heating.of(stage, crowd, new Load.Unacked(IN_FLIGHT[1]), meter, stage.chorus().pid("gateway"),
          stage.chorus().pid("delivery"));
      stage.chorus().database().settle();
      Outcome best = null;
      for (int inFlight : IN_FLIGHT) {
        Batches before = stage.chorus().batches();
        Outcome outcome = crowd.run(stage.plan().load(new Load.Unacked(inFlight)), meter);
        double batch = stage.chorus().batches().meanSince(before);
        all = all.plus(outcome);
        stage.says("%s, %d in flight: %,.0f/s, ack p50 %.2f ms".formatted(shape.words(), inFlight, outcome.acksPerSecond(),
            outcome.ack().millis(.5)));
        figures.add(Figure.beside(name(), shape.words() + ", " + inFlight + " in flight", outcome.acksPerSecond(), "messages/s", plainRows,
            inFlight == IN_FLIGHT[0] ? Goal.none() : new Goal.AtLeast(shape.goalPerSecond())));
        figures.add(Figure.alone(name(), shape.words() + ", " + inFlight + " in flight, batch", batch, "messages/commit", Goal.none()));
        if (best == null || outcome.acksPerSecond() > best.acksPerSecond())
          best = outcome;
      }
      figures.addAll(cpu(shape, best));
      Outcome half = crowd.run(stage.plan().load(new Load.Rate(best.acksPerSecond() / 2)), meter);
      all = all.plus(half);
      figures.add(
          Figure.alone(name(), shape.words() + ", ack at half load, p50", half.ack().millis(.5), "ms", new Goal.AtMost(HALF_LOAD_P50_MS)));
      figures.add(Figure.alone(name(), shape.words() + ", ack at half load, p99", half.ack().millis(.99), "ms", Goal.none()));
      if (shape.equals(ONE_ROOM))
        figures.addAll(lowLoad(stage, crowd, floor));
      if (all.faults() > 0)
        stage.says("lost %d, out of order %d, refused %d; first: %s".formatted(all.lost(), all.outOfOrder(), all.refused(), all.trouble()));
      figures.add(Figure.faults(name(), shape.words() + ", lost, doubled or out of order", all.faults(), "messages"));
    }
    return figures;
  }

  private List<Figure> cpu(Shape shape, Outcome outcome) {
    List<Figure> figures = new ArrayList<>();
    for (String process : List.of("gateway", "delivery", "postgres")) {
      figures.add(Figure.alone(name(), shape.words() + ", CPU in " + process, outcome.cpuMicrosPerAck(process), "µs/message", Goal.none()));
    }
    double all = outcome.cpu().keySet().stream().mapToDouble(outcome::cpuMicrosPerAck).sum();
    figures.add(Figure.alone(name(), shape.words() + ", CPU in all processes", all, "µs/message", new Goal.AtMost(CPU_MICROS)));
    return figures;
  }

  /** Commit, ack, commit, ack: what Chorus adds to a bare commit when nothing else happens; and how long the same messages take to their reader. */
  private List<Figure> lowLoad(Stage stage, Crowd crowd, PlainInsert floor) throws IOException, SQLException {
    Histogram commits = new Histogram();
    Histogram acks = new Histogram();
    Histogram deliveries = new Histogram();
    for (int i = 0; i < stage.plan().turns(); i++) {
      commits.add(floor.commits(LOW_RATE, stage.plan().measuredSeconds()));
      Outcome outcome = crowd.run(stage.plan().load(new Load.Rate(LOW_RATE)), stage.chorus().meter());
      acks.add(outcome.ack());
      deliveries.add(outcome.delivery());
    }
    return List.of(
        Figure.beside(name(), "one room, ack at 50/s, p50 beside a bare commit", acks.millis(.5), "ms", commits.millis(.5),
            new Goal.OverReference(OVER_COMMIT_MS)),
        Figure.beside(name(), "one room, sent to delivered at 50/s, p50 beside the same", deliveries.millis(.5), "ms", commits.millis(.5),
            new Goal.AtMost(DELIVERED_P50_MS)),
        Figure.alone(name(), "one room, sent to delivered at 50/s, p99", deliveries.millis(.99), "ms", Goal.none()));
  }

  private static double plainInserts(Stage stage, PlainInsert floor) throws SQLException {
    ProcessFigures postgres = ProcessFigures.of(stage.chorus().database().pid());
    floor.rowsPerSecond(PUBLISHERS, 1);
    double before = postgres.treeCpuSeconds();
    double seconds = stage.plan().measuredSeconds();
    double rows = floor.rowsPerSecond(PUBLISHERS, seconds);
    double micros = (postgres.treeCpuSeconds() - before) * 1e6 / (rows * seconds);
    stage.says("plain INSERT on %d connections: %,.0f/s, %.0f µs of PostgreSQL each".formatted(PUBLISHERS, rows, micros));
    return rows;
  }
}

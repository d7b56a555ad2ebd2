package dev.chorus.bench.scenario;

import dev.chorus.bench.floor.BareRooms;
import dev.chorus.bench.load.Gathering;
import dev.chorus.bench.load.Heard;
import dev.chorus.bench.process.Floor;
import dev.chorus.bench.process.Meter;
import dev.chorus.bench.report.Figure;
import dev.chorus.bench.report.Goal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** Everybody in a room moves their cursor ten times a second: what each socket is sent for it, beside a server that passes every move on as it comes. */
final class Cursors implements Benchmark {
  private static final double MOVES_PER_SECOND = 10;
  private static final double MOST_FRAMES_PER_SECOND = 11;
  private static final int MOST_CURSORS = 100;
  private static final int SMALL = 50;

  @Override
  public String name() {
    return "cursors";
  }

  @Override
  public List<Figure> run(Stage stage) throws IOException {
    List<Figure> figures = new ArrayList<>(small(stage));
    int many = stage.plan().crowd();
    Measured crowd = chorus(stage, many);
    figures.addAll(List.of(
        Figure.alone(name(), many + " moving, frames", crowd.framesPerSocket, "frames/socket/s", new Goal.AtMost(MOST_FRAMES_PER_SECOND)),
        Figure.alone(name(), many + " moving, bytes", crowd.bytesPerSocket / 1024, "KiB/socket/s", Goal.none()),
        Figure.alone(name(), many + " moving, most cursors in a frame", crowd.most, "cursors", new Goal.AtMost(MOST_CURSORS)),
        Figure.alone(name(), many + " moving, age p99 of a shown cursor", crowd.p99, "ms", Goal.none()),
        Figure.alone(name(), many + " moving, gateway", crowd.gatewayCpu, "CPU-s/s", Goal.none()),
        Figure.alone(name(), many + " moving, presence", crowd.presenceCpu, "CPU-s/s", Goal.none())));
    return figures;
  }

  private List<Figure> small(Stage stage) throws IOException {
    Measured bare;
    try (Floor floor = Floor.start(BareRooms.class);
        Gathering people = new Gathering(stage.loop(), List.of(floor.port()), new BareDialect(true), SMALL, 1)) {
      bare = measured(stage, people, Meter.of("gateway", floor.pid()),
          (room, marker) -> "p:" + room + ":{\"cursors\":[" + position(marker) + "]}");
    }
    Measured chorus = chorus(stage, SMALL);
    return List.of(
        Figure.beside(name(), SMALL + " moving, frames", chorus.framesPerSocket, "frames/socket/s", bare.framesPerSocket,
            new Goal.AtMost(MOST_FRAMES_PER_SECOND)),
        Figure.beside(name(), SMALL + " moving, bytes", chorus.bytesPerSocket / 1024, "KiB/socket/s", bare.bytesPerSocket / 1024,
            Goal.none()),
        Figure.beside(name(), SMALL + " moving, gateway and presence", chorus.gatewayCpu + chorus.presenceCpu, "CPU-s/s", bare.gatewayCpu,
            Goal.none()),
        Figure.beside(name(), SMALL + " moving, age p99 of a shown cursor", chorus.p99, "ms", bare.p99, Goal.none()));
  }

  private Measured chorus(Stage stage, int people) throws IOException {
    ChorusDialect dialect = new ChorusDialect("cursors-" + people, stage.chorus().token());
    try (Gathering gathering = new Gathering(stage.loop(), stage.chorus().gatewayPorts().subList(0, 1), dialect, people, 1)) {
      return measured(stage, gathering, stage.chorus().meter(), (room, marker) -> dialect.passing("cursor:move", room, position(marker)));
    }
  }

  private static String position(String marker) {
    return "{\"elementId\":\"" + marker + "\",\"x\":512.5,\"y\":384}";
  }

  private record Measured(double framesPerSocket, double bytesPerSocket, int most, double p99, double gatewayCpu, double presenceCpu) {}

  private static Measured measured(Stage stage, Gathering people, Meter meter, BiFunction<Integer, String, String> frame)
      throws IOException {
    double seconds = stage.plan().measuredSeconds();
    double rate = people.size() * MOVES_PER_SECOND;
    people.talk(rate, 0, stage.plan().heatSeconds(), frame);
    Map<String, Double> before = meter.read();
    long start = System.nanoTime();
    Heard heard = people.talk(rate, 0, seconds, frame);
    double took = (System.nanoTime() - start) / 1e9;
    Map<String, Double> spent = meter.since(before);
    stage.says("%,d people: %,.0f frames with %,.0f cursors per second over all sockets".formatted(people.size(), heard.frames() / took,
        heard.items() / took));
    return new Measured(heard.frames() / took / people.size(), heard.bytes() / took / people.size(), heard.mostInAFrame(),
        heard.age().millis(.99), spent.getOrDefault("gateway", 0.0) / took, spent.getOrDefault("presence", 0.0) / took);
  }
}

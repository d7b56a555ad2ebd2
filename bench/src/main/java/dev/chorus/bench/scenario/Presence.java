package dev.chorus.bench.scenario;

import dev.chorus.bench.load.Gathering;
import dev.chorus.bench.load.Heard;
import dev.chorus.bench.process.ProcessFigures;
import dev.chorus.bench.report.Figure;
import dev.chorus.bench.report.Goal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How soon fifty people on two gateways see what the others do, what it costs when thousands come at once, and what it costs that they are there. */
final class Presence implements Benchmark {
  private static final int PEOPLE = 50;
  private static final double TYPING_PER_SECOND = 50;
  private static final double UPDATES_PER_SECOND = 20;
  private static final double MOVES_PER_SECOND = PEOPLE * 10;
  private static final double TYPING_MS = 100;
  private static final double SEEN_MS = 150;
  private static final int ROOMS = 500;
  private static final double HEARTBEAT_SECONDS = 30;

  @Override
  public String name() {
    return "presence";
  }

  @Override
  public int gateways() {
    return 2;
  }

  @Override
  public List<Figure> run(Stage stage) throws IOException {
    List<Figure> figures = new ArrayList<>(latencies(stage));
    int storm = stage.plan().storm();
    figures.addAll(storm(stage, storm, 1));
    figures.addAll(storm(stage, storm, ROOMS));
    return figures;
  }

  private List<Figure> latencies(Stage stage) throws IOException {
    ChorusDialect dialect = new ChorusDialect("presence", stage.chorus().token());
    List<Figure> figures = new ArrayList<>();
    try (Gathering people = new Gathering(stage.loop(), stage.chorus().gatewayPorts(), dialect, PEOPLE, 1)) {
      double warm = stage.plan().heatSeconds();
      double seconds = stage.plan().measuredSeconds();
      Heard typing = people.talk(TYPING_PER_SECOND, warm, seconds,
          (room, marker) -> dialect.passing("typing:start", room, "{\"agentId\":\"" + marker + "\"}"));
      figures.addAll(quantiles("typing", typing, TYPING_MS));
      Heard updates = people.talk(UPDATES_PER_SECOND, warm, seconds,
          (room, marker) -> dialect.passing("presence:update", room, "{\"metadata\":{\"is\":\"" + marker + "\",\"so\":1}}"));
      figures.addAll(quantiles("presence", updates, SEEN_MS));
      Heard cursors = people.talk(MOVES_PER_SECOND, warm, seconds,
          (room, marker) -> dialect.passing("cursor:move", room, "{\"x\":1,\"y\":2,\"elementId\":\"" + marker + "\"}"));
      figures.addAll(quantiles("cursor", cursors, SEEN_MS));
    }
    return figures;
  }

  private List<Figure> quantiles(String what, Heard heard, double goal) {
    return List.of(Figure.alone(name(), what + ", 50 people on two gateways, p50", heard.age().millis(.5), "ms", Goal.none()),
        Figure.alone(name(), what + ", 50 people on two gateways, p99", heard.age().millis(.99), "ms", new Goal.AtMost(goal)));
  }

  private List<Figure> storm(Stage stage, int people, int rooms) throws IOException {
    ProcessFigures presence = ProcessFigures.of(stage.chorus().pid("presence"));
    presence.collectGarbage();
    double residentBefore = presence.residentKib();
    Map<String, Double> before = stage.chorus().meter().read();
    ChorusDialect dialect = new ChorusDialect("storm-" + rooms, stage.chorus().token());
    try (Gathering gathering = new Gathering(stage.loop(), stage.chorus().gatewayPorts(), dialect, people, rooms)) {
      Map<String, Double> spent = stage.chorus().meter().since(before);
      String where = "%,d into %s".formatted(people, rooms == 1 ? "one room" : rooms + " rooms");
      List<Figure> figures = new ArrayList<>(List.of(
          Figure.alone(name(), where + ", until all had joined", gathering.enterSeconds(), "s", Goal.none()),
          Figure.alone(name(), where + ", gateways", gateways(spent) * 1e6 / people, "CPU-µs/join", Goal.none()),
          Figure.alone(name(), where + ", presence", spent.get("presence") * 1e6 / people, "CPU-µs/join", Goal.none())));
      if (rooms > 1)
        figures.addAll(idle(stage, gathering, presence, residentBefore));
      return figures;
    }
  }

  private List<Figure> idle(Stage stage, Gathering gathering, ProcessFigures presence, double residentBefore) throws IOException {
    stage.loop().rest(1);
    presence.collectGarbage();
    double kib = (presence.residentKib() - residentBefore) / gathering.size();
    Map<String, Double> before = stage.chorus().meter().read();
    double seconds = stage.plan().measuredSeconds();
    long start = System.nanoTime();
    // As many heartbeats as come in that time when each says one in half a minute.
    gathering.talk(gathering.size() / HEARTBEAT_SECONDS, 0, seconds, (room, marker) -> "{\"type\":\"heartbeat\",\"data\":{}}");
    double took = (System.nanoTime() - start) / 1e9;
    Map<String, Double> spent = stage.chorus().meter().since(before);
    String who = "%,d idle with heartbeats".formatted(gathering.size());
    return List.of(Figure.alone(name(), who + ", gateways", gateways(spent) * 1e3 / took, "CPU-ms/s", Goal.none()),
        Figure.alone(name(), who + ", presence", spent.get("presence") * 1e3 / took, "CPU-ms/s", Goal.none()),
        Figure.alone(name(), who + ", presence, resident", kib, "KiB/person", Goal.none()));
  }

  private static double gateways(Map<String, Double> spent) {
    return spent.entrySet().stream().filter(entry -> entry.getKey().startsWith("gateway")).mapToDouble(Map.Entry::getValue).sum();
  }
}

package dev.chorus.bench.scenario;

import dev.chorus.bench.cluster.ChorusCluster;
import dev.chorus.bench.load.Gathering;
import dev.chorus.bench.load.Heard;
import dev.chorus.bench.report.Figure;
import dev.chorus.bench.report.Goal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

/** A presence node dies that owned half of many rooms: how long its successor takes to know who is in them, and whether what goes on meanwhile stands still. */
final class Rebuild implements Benchmark {
  private static final int PEOPLE_PER_ROOM = 10;
  private static final double PER_SECOND = 200;
  private static final int LONGEST_SECONDS = 60;
  private static final int LOOK_MS = 20;
  private static final String PRESENCE = "presence";
  private static final String ROOMS = "chorus_presence_rooms";

  @Override
  public String name() {
    return "rebuild";
  }

  @Override
  public int gateways() {
    return 2;
  }

  @Override
  public List<Figure> run(Stage stage) throws IOException {
    ChorusCluster chorus = stage.chorus();
    chorus.add(PRESENCE);
    int people = stage.plan().rebuilt();
    int rooms = people / PEOPLE_PER_ROOM;
    ChorusDialect dialect = new ChorusDialect("rebuild", chorus.token());
    List<Figure> figures = new ArrayList<>();
    try (Gathering gathering = new Gathering(stage.loop(), chorus.gatewayPorts(), dialect, people, rooms)) {
      figures.addAll(around(stage, gathering, rooms, "typing",
          (room, marker) -> dialect.passing("typing:start", room, "{\"agentId\":\"" + marker + "\"}")));
      chorus.add(PRESENCE);
      figures.addAll(around(stage, gathering, rooms, "messages",
          (room, marker) -> dialect.passing("message:send", room, "{\"content\":\"" + marker + "\"}")));
    }
    return figures;
  }

  /** What is said before an owner is killed, and what from then on. */
  private List<Figure> around(Stage stage, Gathering gathering, int rooms, String what, BiFunction<Integer, String, String> frame)
      throws IOException {
    double seconds = stage.plan().measuredSeconds();
    await(stage.chorus(), rooms);
    Heard heard = gathering.talk(PER_SECOND, stage.plan().heatSeconds(), seconds, frame);
    double p99 = heard.age().millis(.99);
    long count = heard.age().count();
    double owned = stage.chorus().metric(PRESENCE, ROOMS).get(stage.chorus().pid(PRESENCE));
    stage.chorus().kill(PRESENCE);
    CompletableFuture<Double> known = CompletableFuture.supplyAsync(() -> awaitAlone(stage.chorus(), rooms));
    heard = gathering.talk(PER_SECOND, 0, seconds, frame);
    stage.says("the owner of %.0f of %,d rooms was killed".formatted(owned, rooms));
    String where = "%,d in %,d rooms, an owner is killed, ".formatted(gathering.size(), rooms);
    return List.of(Figure.alone(name(), where + "until all is known again (" + what + ")", known.join(), "s", Goal.none()),
        Figure.beside(name(), where + what + " from then on, p99", heard.age().millis(.99), "ms", p99, Goal.none()),
        Figure.alone(name(), where + what + " from then on, longest", heard.age().millis(1), "ms", Goal.none()),
        Figure.alone(name(), where + what + " from then on, shown", 100.0 * heard.age().count() / count, "%", Goal.none()));
  }

  /** Until every room has exactly one owner that knows of it. */
  private static void await(ChorusCluster chorus, int rooms) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
    while (chorus.metric(PRESENCE, ROOMS).values().stream().mapToDouble(Double::doubleValue).sum() != rooms) {
      if (System.nanoTime() > end)
        throw new IOException("the rooms did not find their owners: " + chorus.metric(PRESENCE, ROOMS));
      pause();
    }
  }

  /** How many seconds it takes until the one that is left knows of all rooms. */
  private static double awaitAlone(ChorusCluster chorus, int rooms) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(LONGEST_SECONDS)) {
      if (chorus.metric(PRESENCE, ROOMS).values().stream().anyMatch(known -> known >= rooms))
        return (System.nanoTime() - start) / 1e9;
      pause();
    }
    return Double.NaN;
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

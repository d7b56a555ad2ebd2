package dev.chorus.bench.scenario;

import dev.chorus.bench.floor.BareProxy;
import dev.chorus.bench.load.Audience;
import dev.chorus.bench.load.AudienceOutcome;
import dev.chorus.bench.load.Recital;
import dev.chorus.bench.load.Show;
import dev.chorus.bench.process.Floor;
import dev.chorus.bench.process.Meter;
import dev.chorus.bench.process.ProcessFigures;
import dev.chorus.bench.report.Figure;
import dev.chorus.bench.report.Goal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * A thousand answers at once of 50 tokens a second, each with a viewer who gets Chorus's own events, one of whom reads a kibibyte a second: whether all of the text comes, and in
 * time, beside a bare proxy that keeps nothing; and what a running answer costs the streaming node in memory.
 */
final class Streams implements Benchmark {
  private static final int HEAT_STREAMS = 100;
  private static final int SLOW_BYTES = 1024;
  private static final double HEAP_KIB = 100;
  private static final double SETTLE_SECONDS = 5;
  private static final double TAIL_SECONDS = 10;
  private static final double COMING_PER_SECOND = 50;
  private static final double PROXY_SECONDS = 10;
  private static final double REST_SECONDS = 3;

  @Override
  public String name() {
    return "streams";
  }

  @Override
  public List<Figure> run(Stage stage) throws IOException {
    int streams = stage.plan().streams();
    AudienceOutcome proxy;
    try (Floor bare = Floor.start(BareProxy.class, Integer.toString(stage.streamProvider().port()))) {
      attend(stage, bare.port(), proxy(HEAT_STREAMS, stage.plan().heatSeconds()), Meter.of("proxy", bare.pid()), () -> {});
      proxy = attend(stage, bare.port(), proxy(streams, PROXY_SECONDS), Meter.of("proxy", bare.pid()), () -> {});
    }
    attend(stage, stage.chorus().gatewayPort(), chorus(stage, HEAT_STREAMS, stage.plan().heatSeconds(), 0), stage.chorus().meter(),
        () -> {});
    stage.loop().rest(REST_SECONDS);
    ProcessFigures node = ProcessFigures.of(stage.chorus().pid("streaming"));
    double before = node.liveHeapBytes();
    double[] during = new double[1];
    AudienceOutcome chorus = attend(stage, stage.chorus().gatewayPort(),
        chorus(stage, streams, stage.plan().streamSeconds(), SLOW_BYTES), stage.chorus().meter(), () -> during[0] = node.liveHeapBytes());
    return figures(stage, proxy, chorus, (during[0] - before) / 1024 / streams);
  }

  private List<Figure> figures(Stage stage, AudienceOutcome proxy, AudienceOutcome chorus, double heapKib) {
    int streams = stage.plan().streams();
    String many = "%,d streams, ".formatted(streams);
    stage.says("the slow viewer read %,d bytes in %.0f s; %.2f cores, the bare proxy %.2f".formatted(chorus.slowBytes(), chorus.seconds(),
        chorus.cores(), proxy.cores()));
    List<Figure> figures = new ArrayList<>(List.of(
        Figure.alone(name(), many + "tokens in all", chorus.tokens() / chorus.seconds(), "tokens/s", Goal.none()),
        Figure.faults(name(), many + "answers with text lost or changed, or that failed", chorus.faults(), ""),
        Figure.faults(name(), many + "tokens later than " + AudienceOutcome.LATE_MS + " ms", chorus.late(), ""),
        Figure.beside(name(), many + "each token's delay p50", chorus.delay().millis(.5), "ms", proxy.delay().millis(.5), Goal.none()),
        Figure.beside(name(), many + "each token's delay p99", chorus.delay().millis(.99), "ms", proxy.delay().millis(.99), Goal.none()),
        Figure.beside(name(), many + "each token's delay, longest", chorus.delay().millis(1), "ms", proxy.delay().millis(1), Goal.none()),
        Figure.alone(name(), many + "tokens that come at once", chorus.tokensPerPortion(), "tokens", Goal.none()),
        Figure.beside(name(), many + "CPU per token in all processes", chorus.micros(), "µs", proxy.micros(), Goal.none())));
    for (String process : List.of("gateway", "streaming", "postgres"))
      figures.add(Figure.alone(name(), many + "CPU per token in " + process, chorus.micros(process), "µs", Goal.none()));
    figures.add(Figure.alone(name(), many + "heap of each in the streaming node", heapKib, "KiB", new Goal.AtMost(HEAP_KIB)));
    return figures;
  }

  private static AudienceOutcome attend(Stage stage, int port, Show show, Meter meter, Audience.Look look) throws IOException {
    Meter load = new Meter(Map.of("provider", () -> ProcessFigures.of(stage.streamProvider().pid()).cpuSeconds(), "viewers",
        () -> ProcessFigures.of(ProcessHandle.current().pid()).cpuSeconds()));
    Map<String, Double> before = load.read();
    long from = System.nanoTime();
    AudienceOutcome outcome = Audience.attend(stage.loop(), port, show, meter, look);
    double seconds = (System.nanoTime() - from) / 1e9;
    Map<String, Double> spent = load.since(before);
    stage.says("the provider took %.2f cores, the viewers %.2f".formatted(spent.get("provider") / seconds, spent.get("viewers") / seconds));
    stage.says("%,d viewers: %,.0f tokens/s in portions of %.1f, delay p50 %.1f, p99 %.1f, longest %.1f ms, late %d, faults %d".formatted(
        show.viewers(), outcome.tokens() / outcome.seconds(), outcome.tokensPerPortion(), outcome.delay().millis(.5),
        outcome.delay().millis(.99), outcome.delay().millis(1), outcome.late(), outcome.faults()));
    if (outcome.faults() > 0)
      stage.says("first fault: " + outcome.trouble());
    if (outcome.faults() == show.viewers())
      throw new IOException("no answer came whole: " + outcome.trouble());
    return outcome;
  }

  private static Show proxy(int streams, double seconds) {
    return new Show(streams, "/v1/chat/completions", i -> "",
        (tokens, recital) -> "{\"model\":\"mock\",\"max_tokens\":" + tokens + ",\"filler\":" + recital.fillerBytes() + "}",
        "\"content\":\"",
        streams / COMING_PER_SECOND / 2, SETTLE_SECONDS / 2, seconds, 1, 0);
  }

  private static Show chorus(Stage stage, int streams, double seconds, int slowBytes) {
    IntFunction<String> header = i -> "Authorization: Bearer " + stage.chorus().token().of("streams-" + i, true) + "\r\n";
    return new Show(streams, "/api/ws/stream/sse", header, Streams::asked, "\"text\":\"", streams / COMING_PER_SECOND, SETTLE_SECONDS,
        seconds, TAIL_SECONDS, slowBytes);
  }

  private static String asked(int tokens, Recital recital) {
    return "{\"model\":\"streams\",\"messages\":[{\"role\":\"user\",\"content\":\"Tell me a story.\"}],\"options\":{\"maxTokens\":" + tokens
        + ",\"filler\":" + recital.fillerBytes() + "}}";
  }
}

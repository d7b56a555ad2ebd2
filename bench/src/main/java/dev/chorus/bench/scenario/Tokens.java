package dev.chorus.bench.scenario;

import dev.chorus.bench.floor.BareProxy;
import dev.chorus.bench.load.Callers;
import dev.chorus.bench.load.TokenOutcome;
import dev.chorus.bench.process.Floor;
import dev.chorus.bench.process.Meter;
import dev.chorus.bench.report.Figure;
import dev.chorus.bench.report.Goal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Fifty answers at once of 50 tokens a second: what Chorus adds to a direct connection to the same provider in time, and what it spends beside a
 * bare proxy, with every token in the log and with nothing logged. Short and long answers are mixed differently in two runs, which gives two equations for the CPU of a
 * request and of a token.
 */
final class Tokens implements Benchmark {
  private static final int STREAMS = 50;
  /** Only to heat: what is done once for each answer is compiled after thousands of them, and short ones are soon over. */
  private static final int TINY = 1;
  private static final int SHORT = 25;
  private static final int LONG = 100;
  /** Shorter, and the figure is that of compilers at work. */
  private static final double HEAT_SECONDS = 15;
  /** What is not logged runs through the same code, which is compiled already. */
  private static final double HEAT_AGAIN_SECONDS = 6;
  /** Until compilers and collectors have caught up with what the heating left them. */
  private static final double SETTLE_SECONDS = 3;
  private static final double FIRST_TOKEN_MORE_MS = 2;
  private static final double REQUEST_MICROS = 3_000;
  private static final double TOKEN_MICROS = 46;
  private static final double LOGGED_TIMES = 2;

  /** One way to the provider. */
  private record Way(String words, int port, IntFunction<String> header, Meter meter, double heatSeconds, long... pids) {}

  @Override
  public String name() {
    return "tokens";
  }

  @Override
  public List<Figure> run(Stage stage) throws IOException {
    try (Floor proxy = Floor.start(BareProxy.class, Integer.toString(stage.provider().port()))) {
      IntFunction<String> token = i -> "Authorization: Bearer " + stage.chorus().token().of("tokens-" + i, true) + "\r\n";
      long[] nodes = {stage.chorus().pid("gateway"), stage.chorus().pid("streaming")};
      Meter cluster = stage.chorus().meter();
      List<Way> ways = List.of(new Way("direct", stage.provider().port(), i -> "", new Meter(Map.of()), HEAT_SECONDS),
          new Way("bare proxy", proxy.port(), i -> "", Meter.of("proxy", proxy.pid()), HEAT_SECONDS, proxy.pid()),
          new Way("Chorus", stage.chorus().gatewayPort(), token, cluster, HEAT_SECONDS, nodes),
          new Way("Chorus, not logged", stage.chorus().gatewayPort(), i -> token.apply(i) + "Chorus-Durability: none\r\n", cluster,
              HEAT_AGAIN_SECONDS, nodes));
      List<TokenPrice> runs = new ArrayList<>();
      List<Map<String, Double>> rests = new ArrayList<>();
      for (Way way : ways) {
        go(stage, way, TINY, way.heatSeconds);
        Heating.repeat(() -> {
          go(stage, way, SHORT, way.heatSeconds / 2);
          go(stage, way, LONG, way.heatSeconds / 2);
          return way.heatSeconds;
        }, way.pids);
        rests.add(atRest(stage, way));
      }
      for (int turn = 0; turn < stage.plan().turns(); turn++) {
        for (int i = 0; i < ways.size(); i++) {
          double seconds = 2 * stage.plan().measuredSeconds();
          TokenPrice next = new TokenPrice(go(stage, ways.get(i), SHORT, seconds), go(stage, ways.get(i), LONG, seconds), rests.get(i));
          if (turn == 0)
            runs.add(next);
          else
            runs.set(i, runs.get(i).plus(next));
        }
      }
      return figures(stage, runs.get(0), runs.get(1), runs.get(2), runs.get(3));
    }
  }

  private List<Figure> figures(Stage stage, TokenPrice direct, TokenPrice proxy, TokenPrice logged, TokenPrice unlogged) {
    List<Figure> figures = new ArrayList<>(times("", direct, logged, new Goal.OverReference(FIRST_TOKEN_MORE_MS)));
    figures.add(Figure.beside(name(), "CPU per request beside a bare proxy", logged.requestMicros(), "µs", proxy.requestMicros(),
        new Goal.AtMost(REQUEST_MICROS)));
    figures.add(Figure.beside(name(), "CPU per token beside a bare proxy", logged.tokenMicros(), "µs", proxy.tokenMicros(),
        new Goal.AtMost(TOKEN_MICROS)));
    figures.add(Figure.beside(name(), "CPU of an answer of " + LONG + " tokens beside a bare proxy", logged.answerMicros(), "µs",
        proxy.answerMicros(), new Goal.AtMostTimes(LOGGED_TIMES)));
    figures.addAll(times("not logged: ", proxy, unlogged, Goal.none()));
    figures.add(Figure.beside(name(), "not logged: CPU per request beside a bare proxy", unlogged.requestMicros(), "µs",
        proxy.requestMicros(), Goal.none()));
    figures.add(Figure.beside(name(), "not logged: CPU per token beside a bare proxy", unlogged.tokenMicros(), "µs", proxy.tokenMicros(),
        Goal.none()));
    figures.add(Figure.beside(name(), "not logged: CPU of an answer of " + LONG + " tokens beside a bare proxy", unlogged.answerMicros(),
        "µs", proxy.answerMicros(), new Goal.AtMostTimes(1)));
    figures.add(Figure.beside(name(), "CPU at rest, beside a bare proxy", 1_000 * logged.coresAtRest(), "millicores",
        1_000 * proxy.coresAtRest(), Goal.none()));
    long faults = 0;
    for (TokenPrice chorus : List.of(logged, unlogged)) {
      stage.says("CPU in µs per request + per token: " + chorus.words());
      TokenOutcome all = chorus.both();
      faults += all.faults();
      if (all.faults() > 0)
        stage.says("missing tokens %d, failures %d, first: %s".formatted(all.missing(), all.failures(), all.trouble()));
    }
    figures.add(Figure.faults(name(), "tokens missing and answers failed", faults, ""));
    return figures;
  }

  private List<Figure> times(String prefix, TokenPrice reference, TokenPrice chorus, Goal firstToken) {
    String beside = prefix.isEmpty() ? "direct" : "a bare proxy";
    TokenOutcome near = reference.both();
    TokenOutcome far = chorus.both();
    return List.of(
        Figure.beside(name(), prefix + "first token p50 beside " + beside, far.firstToken().millis(.5), "ms", near.firstToken().millis(.5),
            firstToken),
        Figure.beside(name(), prefix + "first token p99 beside " + beside, far.firstToken().millis(.99), "ms",
            near.firstToken().millis(.99), Goal.none()),
        Figure.beside(name(), prefix + "each token's delay p50 beside " + beside, far.token().millis(.5), "ms", near.token().millis(.5),
            Goal.none()),
        Figure.beside(name(), prefix + "each token's delay p99 beside " + beside, far.token().millis(.99), "ms", near.token().millis(.99),
            Goal.none()));
  }

  private static Map<String, Double> atRest(Stage stage, Way way) throws IOException {
    stage.loop().rest(SETTLE_SECONDS);
    double seconds = stage.plan().measuredSeconds();
    Map<String, Double> before = way.meter().read();
    stage.loop().rest(seconds);
    Map<String, Double> spent = way.meter().since(before);
    spent.replaceAll((process, cpu) -> cpu / seconds);
    return spent;
  }

  private static TokenOutcome go(Stage stage, Way way, int tokens, double seconds) throws IOException {
    TokenOutcome outcome = Callers.run(stage.loop(), way.port(), STREAMS, way.header(), tokens, seconds, way.meter());
    if (outcome.answers() == 0 && outcome.failures() > 0)
      throw new IOException("no answer through " + way.words() + ": " + outcome.trouble());
    return outcome;
  }
}

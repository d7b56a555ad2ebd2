package dev.chorus.e2e.up;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.e2e.kit.UpProcess;
import dev.chorus.testkit.provider.Answer;
import dev.chorus.testkit.provider.Fault;
import dev.chorus.testkit.provider.MockProvider;
import dev.chorus.testkit.provider.Place;
import dev.chorus.testkit.provider.Plan;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table of docs/protocol.md, section 6.3, is what clients of a running Chorus see when its provider fails over real HTTP. */
final class FaultTableTest {
  private static final String BEGIN = "<!-- faults: begin -->\n";
  private static final String END = "<!-- faults: end -->";
  private static final Answer ANSWER = Answer.words(8);
  private static final Answer OTHER = Answer.text("word1 word2 something else altogether");
  private static final Pattern TYPE = Pattern.compile("\"(?:type|notice|status)\":\"([A-Za-z:-]+)\"");
  private static final String PROVIDER = """
      {"name":"mock-N","dialect":"openai","baseUrl":"URL/v1","apiKeyEnv":"MOCK_KEY","firstTokenTimeoutMs":PATIENCE,"interChunkTimeoutMs":PATIENCE}""";
  private static final String MODEL = """
      {"name":"m-N","targets":[{"provider":"mock-N","model":"a"},{"provider":"mock-N","model":"b"}]}""";
  private final HttpClient client = HttpClient.newHttpClient();
  private URI address;
  private String token;

  /** What a provider does: the first answers, and all behind them. */
  private record Case(String says, Plan otherwise, Plan... first) {
    /** Milliseconds; only where a provider is silent somebody waits for that long. */
    int patience() {
      return says.contains("stall") || says.contains("no token") ? 4_000 : 60_000;
    }
  }

  private static final List<Case> CASES = List.of(
      new Case("429 once", Plan.whole(ANSWER), Plan.status(429, "Retry-After: 0\r\n", "{}")),
      new Case("400 for the request", Plan.status(400, "Content-Type: application/json\r\n",
          "{\"error\":{\"message\":\"Bad temperature.\",\"type\":\"invalid_request_error\",\"param\":\"temperature\",\"code\":null}}")),
      new Case("500 always", Plan.status(500, "", "{}")), new Case("its own key is refused (401) always", Plan.status(401, "", "{}")),
      new Case("200, but no event stream, always", Plan.notAStream()),
      new Case("no token within the time, once", Plan.whole(ANSWER), Plan.failing(ANSWER, Fault.STALL, Place.AFTER_HEADERS)),
      new Case("the connection breaks before the first token, always", Plan.failing(ANSWER, Fault.RESET, Place.AFTER_HEADERS)),
      new Case("the connection breaks in the middle, once; the next target says the same", Plan.whole(ANSWER),
          Plan.failing(ANSWER, Fault.CUT, Place.MIDDLE)),
      new Case("an end without a reason in the middle, once; the next target says something else", Plan.whole(OTHER),
          Plan.failing(ANSWER, Fault.END, Place.MIDDLE)),
      new Case("an end without a reason in the middle, always", Plan.failing(ANSWER, Fault.END, Place.MIDDLE)),
      new Case("an error in the stream in the middle, always", Plan.failing(ANSWER, Fault.ERROR, Place.MIDDLE)),
      new Case("a frame that cannot be read in the middle, once", Plan.whole(ANSWER), Plan.failing(ANSWER, Fault.MALFORMED, Place.MIDDLE)),
      new Case("a stall in the middle, once", Plan.whole(ANSWER), Plan.failing(ANSWER, Fault.STALL, Place.MIDDLE)),
      new Case("the connection breaks behind the reason", Plan.failing(ANSWER, Fault.CUT, Place.AFTER_REASON)));

  @Test
  void whatClientsSeeOfEveryFaultIsInTheProtocol(@TempDir Path folder) throws Exception {
    List<MockProvider> mocks = CASES.stream().map(each -> new MockProvider(each.otherwise)).toList();
    Path file = Files.writeString(folder.resolve("providers.json"),
        """
            {"providers":[%s],"models":[%s],
             "retry":{"attempts":3,"baseDelayMs":10,"maxDelayMs":50},"breaker":{"failures":1000,"windowSeconds":30,"openSeconds":1}}"""
            .formatted(each(mocks, PROVIDER), each(mocks, MODEL)));
    try (UpProcess up = UpProcess.start(folder.resolve("data"), Map.of("MOCK_KEY", "secret"), "--providers", file.toString());
        ExecutorService rows = Executors.newFixedThreadPool(CASES.size())) {
      address = up.http();
      token = up.tokens().admin("tester");
      // All at once, each with a provider of its own: some of them wait for seconds.
      List<Future<String>> asked = new ArrayList<>();
      for (int i = 0; i < CASES.size(); i++) {
        int number = i;
        asked.add(rows.submit(() -> row(mocks.get(number), number)));
      }
      StringBuilder table = new StringBuilder(
          "| the provider | `stream:*` events | chat completions, streamed | whole | AI SDK |\n|---|---|---|---|---|\n");
      for (Future<String> row : asked)
        table.append(row.get());
      String page = Files.readString(Path.of("").toAbsolutePath().getParent().resolve("docs/protocol.md"));
      assertThat(page.substring(page.indexOf(BEGIN) + BEGIN.length(), page.indexOf(END))).isEqualTo(table.toString());
    } finally {
      mocks.forEach(MockProvider::close);
    }
  }

  private static String each(List<MockProvider> mocks, String entry) {
    return IntStream.range(0, mocks.size())
        .mapToObj(number -> entry.replace("-N", "-" + number).replace("URL", mocks.get(number).url()).replace("PATIENCE",
            Integer.toString(CASES.get(number).patience())))
        .collect(Collectors.joining(","));
  }

  private String row(MockProvider provider, int number) throws Exception {
    Case its = CASES.get(number);
    List<String> cells = new ArrayList<>(List.of(its.says));
    String asked = "\"model\":\"m-" + number + "\",\"messages\":[{\"role\":\"user\",\"content\":\"go\"}]";
    cells.add(seen(provider.then(its.first), "/api/ws/stream/sse", "{" + asked + "}"));
    cells.add(seen(provider.then(its.first), "/v1/chat/completions", "{" + asked + ",\"stream\":true}"));
    cells.add(seen(provider.then(its.first), "/v1/chat/completions", "{" + asked + "}"));
    cells.add(seen(provider.then(its.first), "/api/chat",
        "{\"id\":\"c-" + number + "\",\"model\":\"m-" + number
            + "\",\"messages\":[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"text\":\"go\"}]}]}"));
    return "| " + String.join(" | ", cells) + " |\n";
  }

  private String seen(MockProvider provider, String path, String body) throws IOException, InterruptedException {
    assertThat(provider).isNotNull();
    HttpResponse<String> answer = client.send(HttpRequest.newBuilder(address.resolve(path)).header("Authorization", "Bearer " + token)
        .timeout(Duration.ofSeconds(60)).POST(HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200)
      return Integer.toString(answer.statusCode());
    return switch (path) {
      case "/api/ws/stream/sse" -> words(answer.body(), List.of("failover", "continued", "reset", "COMPLETED", "FAILED"), "stream:chunk");
      case "/api/chat" -> words(answer.body(), List.of("error", "finish"), "text-delta") + done(answer.body());
      default -> completion(answer.body());
    };
  }

  /** Text, where there was any, and those of the words that were said, in the order in which they came. */
  private static String words(String body, List<String> wanted, String text) {
    List<String> words = new ArrayList<>();
    if (body.contains("\"" + text + "\"") || body.contains("event: " + text))
      words.add("text");
    for (Matcher matcher = TYPE.matcher(body); matcher.find();) {
      if (wanted.contains(matcher.group(1)) && !words.contains(matcher.group(1)))
        words.add(matcher.group(1));
    }
    return String.join(", ", words);
  }

  private static String completion(String body) {
    if (body.startsWith("{"))
      return body.contains("\"finish_reason\":\"stop\"") ? "200" : "200 without a reason";
    String text = body.contains("\"content\":\"word1") ? "text" : "no text";
    return text + (body.contains("\"error\":{") ? ", error" : "") + done(body);
  }

  private static String done(String body) {
    return body.endsWith("data: [DONE]\n\n") ? ", `[DONE]`" : "";
  }
}

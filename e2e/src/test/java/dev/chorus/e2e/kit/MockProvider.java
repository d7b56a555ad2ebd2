package dev.chorus.e2e.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/** An OpenAI-compatible provider over real HTTP. The model's name says what it does: {@code words-N-every-MS} streams N words, one each MS milliseconds; {@code drift-N-every-MS} says the last two thirds of them otherwise each time; {@code blocks-N-every-MS} says blocks of {@value #BLOCK} characters instead of words; {@code gated-N} streams N words and stops before its last third until it is let go on; {@code status-CODE} refuses. */
public final class MockProvider implements AutoCloseable {
  /** Characters of a block. */
  public static final int BLOCK = 4096;
  private static final ObjectMapper JSON = new ObjectMapper();
  private final HttpServer server;
  private final Semaphore gate = new Semaphore(0);
  private final AtomicInteger requests = new AtomicInteger();
  private volatile String traceparent;

  public MockProvider() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/v1/chat/completions", this::complete);
    server.createContext("/go-on", exchange -> {
      try (exchange) {
        goOn();
        exchange.sendResponseHeaders(204, -1);
      }
    });
    server.start();
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
  }

  /** Lets one of those go on that stop, or that will stop; {@code POST /go-on} does the same. */
  public void goOn() {
    gate.release();
  }

  /** How many generations were asked for. */
  public int requests() {
    return requests.get();
  }

  /** Of the last request, or null. */
  public String traceparent() {
    return traceparent;
  }

  /** A provider file that sends every model here. */
  public String providerFile() throws IOException {
    return providerFile("words-40-every-50", false);
  }

  /** The same; one model has a name of its own, and may be one whose answers can be gone on with. */
  public String providerFile(String model, boolean prefill) throws IOException {
    return JSON.writeValueAsString(Map.of("providers",
        java.util.List.of(Map.of("name", "mock", "dialect", "openai", "baseUrl", address().toString(), "apiKeyEnv", "MOCK_KEY")),
        "models",
        java.util.List.of(
            Map.of("name", model, "targets", java.util.List.of(Map.of("provider", "mock", "model", model, "prefill", prefill))),
            Map.of("name", "*", "targets", java.util.List.of(Map.of("provider", "mock"))))));
  }

  /** The text that a request for that many words gets. */
  public static String text(int words) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words; i++)
      text.append(word(i));
    return text.toString();
  }

  private static String word(int i) {
    return (i == 0 ? "" : " ") + "wörd" + i;
  }

  private static String block(int i) {
    String number = i + " ";
    return number + "x".repeat(BLOCK - number.length());
  }

  private void complete(HttpExchange exchange) throws IOException {
    int number = requests.incrementAndGet();
    traceparent = exchange.getRequestHeaders().getFirst("traceparent");
    try (exchange) {
      JsonNode request = JSON.readTree(exchange.getRequestBody());
      String[] model = request.get("model").asText().split("-", -1);
      if (model[0].equals("status")) {
        refuse(exchange, Integer.parseInt(model[1]));
      } else {
        stream(exchange, saying(model, number), begun(request.get("messages")));
      }
    }
  }

  private static void refuse(HttpExchange exchange, int status) throws IOException {
    byte[] body = ("{\"error\":{\"message\":\"refused by the test\",\"type\":\"invalid_request_error\",\"param\":\"messages\",\"code\":\"code_"
        + status + "\"}}")
        .getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  /** How many words the answer has already, where the request says that it is to be gone on with. */
  private static int begun(JsonNode messages) {
    JsonNode last = messages.get(messages.size() - 1);
    return last.path("role").asText().equals("assistant") ? last.path("content").asText().split(" ", -1).length : 0;
  }

  /** @param gateAt behind which word it stops, or -1 */
  private record Saying(IntFunction<String> words, int count, long everyMs, String drift, int gateAt) {}

  private static Saying saying(String[] model, int number) {
    int count = Integer.parseInt(model[1]);
    return switch (model[0]) {
      case "gated" -> new Saying(MockProvider::word, count, 5, "", count * 2 / 3);
      case "blocks" -> new Saying(MockProvider::block, count, Long.parseLong(model[3]), "", -1);
      case "drift" -> new Saying(MockProvider::word, count, Long.parseLong(model[3]), "-" + number, -1);
      default -> new Saying(MockProvider::word, count, Long.parseLong(model[3]), "", -1);
    };
  }

  private void stream(HttpExchange exchange, Saying saying, int begun) throws IOException {
    exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    write(out, "{\"role\":\"assistant\",\"content\":\"\"}", "null", "");
    for (int i = begun; i < saying.count; i++) {
      write(out, "{\"content\":\"" + saying.words.apply(i) + (i < saying.count / 3 ? "" : saying.drift) + "\"}", "null", "");
      if (i == saying.gateAt)
        gate.acquireUninterruptibly();
      LockSupport.parkNanos(saying.everyMs * 1_000_000);
    }
    write(out, "{}", "\"stop\"", "");
    out.write(
        ("data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"mock-1\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":"
            + saying.count + ",\"total_tokens\":" + (saying.count + 3) + "}}\n\ndata: [DONE]\n\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static void write(OutputStream out, String delta, String finish, String more) throws IOException {
    out.write(
        ("data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"mock-1\",\"choices\":[{\"index\":0,\"delta\":"
            + delta
            + ",\"finish_reason\":" + finish + "}]" + more + "}\n\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

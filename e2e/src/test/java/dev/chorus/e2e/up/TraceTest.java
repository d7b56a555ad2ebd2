package dev.chorus.e2e.up;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.chorus.e2e.kit.Await;
import dev.chorus.e2e.kit.HttpApi;
import dev.chorus.e2e.kit.MockProvider;
import dev.chorus.e2e.kit.UpProcess;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trace goes from the caller's request by way of gateway and streaming to the provider, and a collector gets the spans. */
final class TraceTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final String ASK = "{\"model\":\"words-3-every-1\",\"messages\":[{\"role\":\"user\",\"content\":\"a secret\"}]}";

  @Test
  void aRequestIsOneTraceFromTheCallerToTheProvider(@TempDir Path folder) throws Exception {
    Queue<String> sent = new ConcurrentLinkedQueue<>();
    HttpServer collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    collector.createContext("/", exchange -> {
      sent.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
      exchange.sendResponseHeaders(200, -1);
      exchange.close();
    });
    collector.start();
    try (MockProvider provider = new MockProvider()) {
      Path providers = Files.writeString(folder.resolve("providers.json"), provider.providerFile());
      Map<String, String> settings = Map.of("MOCK_KEY", "the provider's key", "CHORUS_TRACES_ENDPOINT",
          "http://127.0.0.1:" + collector.getAddress().getPort() + "/v1/traces");
      try (UpProcess up = UpProcess.start(folder.resolve("data"), settings, "--providers", providers.toString())) {
        HttpResponse<String> answer = new HttpApi(up.http(), up.tokens().of("ann")).post("/v1/chat/completions", ASK, "traceparent",
            "00-" + TRACE + "-b7ad6b7169203331-01");
        assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(200);
        assertThat(provider.traceparent()).startsWith("00-" + TRACE + "-").doesNotContain("b7ad6b7169203331");
        String id = new String(HexFormat.of().parseHex(TRACE), StandardCharsets.ISO_8859_1);
        Await.until("spans of request, stream and attempt", LONG, () -> {
          String all = String.join("", sent);
          return all.contains("POST /v1/chat/completions") && all.split(id, -1).length > 3 && all.contains("gen_ai.usage.output_tokens")
              && all.contains("gen_ai.provider.name");
        });
        assertThat(String.join("", sent)).doesNotContain("a secret", "the provider's key");
      }
    } finally {
      collector.stop(0);
    }
  }
}

package dev.chorus.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.chorus.config.ConfigurationException;
import dev.chorus.config.Settings;
import io.opentelemetry.api.trace.Span;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

final class TracesTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "00-" + TRACE + "-b7ad6b7169203331-01";

  private static Traces of(Map<String, String> environment) throws ConfigurationException {
    Settings settings = Settings.of(environment);
    TraceConfig config = TraceConfig.from(settings);
    settings.check();
    return Traces.of(config, "chorus-test", "node-1");
  }

  private static void await(Future<Void> future) throws Exception {
    future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @Test
  void withoutACollectorTheCallersTraceIsPassedOnAsItIs() throws Exception {
    Traces traces = of(Map.of());
    assertThat(Traces.traceparent(traces.span("a", PARENT).startSpan())).isEqualTo(PARENT);
    assertThat(Traces.traceparent(traces.span("a", null).startSpan())).isNull();
    assertThat(Traces.traceparent(traces.span("a", "nonsense\r\n").startSpan())).isNull();
    await(traces.close());
  }

  @Test
  void withACollectorASpanIsAPartOfTheCallersTraceAndIsSentThere() throws Exception {
    CompletableFuture<String> sent = new CompletableFuture<>();
    HttpServer collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    collector.createContext("/v1/traces", exchange -> {
      sent.complete(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
      exchange.sendResponseHeaders(200, -1);
      exchange.close();
    });
    collector.start();
    try {
      Traces traces = of(Map.of("CHORUS_TRACES_ENDPOINT", "http://127.0.0.1:" + collector.getAddress().getPort() + "/v1/traces"));
      Span span = traces.span("a span", PARENT).startSpan();
      assertThat(Traces.traceparent(span)).startsWith("00-" + TRACE + "-").endsWith("-01").isNotEqualTo(PARENT);
      assertThat(traces.span("unsampled", PARENT.replace("-01", "-00")).startSpan().isRecording()).as("its beginner said no").isFalse();
      span.end();
      await(traces.close());
      assertThat(sent.get(30, TimeUnit.SECONDS)).contains("a span", "chorus-test", "node-1");
    } finally {
      collector.stop(0);
    }
  }

  @Test
  void ofTracesThatBeginHereThePercentageIsRecorded() throws Exception {
    Traces none = of(Map.of("CHORUS_TRACES_ENDPOINT", "http://127.0.0.1:9/v1/traces", "CHORUS_TRACES_PERCENT", "0"));
    assertThat(none.span("a", null).startSpan().isRecording()).isFalse();
    assertThat(none.span("a", PARENT).startSpan().isRecording()).isTrue();
  }

  @Test
  void anAddressThatIsNoneIsToldAtStart() {
    Assertions.assertThatThrownBy(() -> of(Map.of("CHORUS_TRACES_ENDPOINT", "collector:4318")))
        .isInstanceOf(ConfigurationException.class).hasMessageContaining("CHORUS_TRACES_ENDPOINT");
  }
}

package dev.chorus.streaming.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.protocol.Json;
import dev.chorus.streaming.openai.OpenAiProvider;
import dev.chorus.streaming.openai.OpenAiServer;
import dev.chorus.streaming.provider.Catalogue;
import dev.chorus.streaming.provider.Finish;
import dev.chorus.streaming.provider.Frame;
import dev.chorus.streaming.provider.ProviderFailure;
import dev.chorus.streaming.provider.ProviderFile;
import dev.chorus.streaming.provider.ProviderRequest;
import io.opentelemetry.api.trace.Span;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Whose silence it is when this process stands still: what a provider said meanwhile waits in the socket. */
final class HangTest {
  private static final int LIMIT_MS = 5000;
  private static final String USAGE = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3}}\n\ndata: [DONE]\n\n";
  private final CompletableFuture<Void> begun = new CompletableFuture<>();
  private final CompletableFuture<Void> stands = new CompletableFuture<>();
  private final CompletableFuture<Void> written = new CompletableFuture<>();
  private final CompletableFuture<Object> end = new CompletableFuture<>();

  /** Hears what an attempt says, and lets its loop stand still at the second frame until the provider has said all, and longer than any limit. */
  private final class Sleeper implements Attempt.Listener {
    @Override
    public void firstToken(Attempt attempt) {}

    @Override
    public void frame(Frame frame) {
      if (begun.complete(null) || !stands.complete(null))
        return;
      long from = System.nanoTime();
      written.orTimeout(60, TimeUnit.SECONDS).join();
      while (System.nanoTime() - from < TimeUnit.MILLISECONDS.toNanos(LIMIT_MS + 1000))
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }

    @Override
    public void finished(Attempt attempt, Finish finish) {
      end.complete(finish);
    }

    @Override
    public void failed(Attempt attempt, ProviderFailure failure) {
      end.complete(failure);
    }
  }

  /** What becomes of an answer whose third part is written while nobody looks. */
  private Object endOf(String first, String second, String third) throws Exception {
    Vertx vertx = Vertx.vertx();
    try (OpenAiServer server = new OpenAiServer((request, out) -> {
      out.write((OpenAiServer.STREAM_HEAD + first).getBytes(StandardCharsets.UTF_8));
      out.flush();
      begun.orTimeout(60, TimeUnit.SECONDS).join();
      out.write(second.getBytes(StandardCharsets.UTF_8));
      out.flush();
      stands.orTimeout(60, TimeUnit.SECONDS).join();
      out.write(third.getBytes(StandardCharsets.UTF_8));
      out.flush();
      written.complete(null);
    })) {
      Catalogue catalogue = ProviderFile.read("{\"providers\":[{\"name\":\"main\",\"dialect\":\"openai\",\"baseUrl\":\"" + server.baseUrl()
          + "\",\"interChunkTimeoutMs\":" + LIMIT_MS + "}],\"models\":[{\"name\":\"m\",\"targets\":[{\"provider\":\"main\"}]}]}",
          name -> Optional.empty()).catalogue();
      OpenAiProvider provider = new OpenAiProvider(vertx, Clock.systemUTC(), catalogue.providers().get("main"));
      ObjectNode body = Json.MAPPER.valueToTree(Map.of("messages", List.of(Map.of("role", "user", "content", "hello"))));
      Next.Try what = (Next.Try) new Attempts(catalogue.route("m", null), 0).first(target -> true);
      Context context = vertx.getOrCreateContext();
      context.runOnContext(turn -> new Attempt(vertx, Clock.systemUTC(), what, new Sleeper()).start(provider,
          new ProviderRequest(body, "m", false), Span.getInvalid()));
      return end.get(60, TimeUnit.SECONDS);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
  }

  @Test
  void aProviderIsNotBlamedForWhatWaitsUnread() throws Exception {
    assertThat(endOf(OpenAiServer.chunk("a", "null"), OpenAiServer.chunk("b", "null"), OpenAiServer.chunk("c", "\"stop\"") + USAGE))
        .isInstanceOfSatisfying(Finish.class, finish -> assertThat(finish.usage().totalTokens()).isEqualTo(3));
  }

  @Test
  void usageThatWaitsUnreadIsNotMissing() throws Exception {
    assertThat(endOf(OpenAiServer.chunk("a", "\"stop\""), OpenAiServer.chunk("", "null"), USAGE))
        .isInstanceOfSatisfying(Finish.class, finish -> assertThat(finish.usage()).isNotNull());
  }
}

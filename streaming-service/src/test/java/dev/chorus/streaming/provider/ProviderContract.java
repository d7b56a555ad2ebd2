package dev.chorus.streaming.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.protocol.Json;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What every adapter keeps. */
public interface ProviderContract {
  /** The adapters' one context. */
  final class Loop {
    public static Vertx vertx;
    static Context context;

    private Loop() {}
  }

  @BeforeAll
  static void startLoop() {
    Loop.vertx = Vertx.vertx();
    Loop.context = Loop.vertx.getOrCreateContext();
  }

  @AfterAll
  static void stopLoop() throws Exception {
    Loop.vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  /** An adapter whose answers have at least that many tokens, as fast as they can be read. */
  Provider answering(Vertx vertx, int tokens) throws Exception;

  /** An adapter whose answers break off after some tokens. */
  Provider breakingOff(Vertx vertx) throws Exception;

  /** What the prompt has to say for it. */
  String prompt(String kind);

  default ProviderRequest request(String kind) {
    ObjectNode body = Json.MAPPER.valueToTree(Map.of("messages", List.of(Map.of("role", "user", "content", prompt(kind)))));
    return new ProviderRequest(body, "model", true);
  }

  static Generation open(Provider provider, ProviderRequest request, ProviderSink sink) throws Exception {
    CompletableFuture<Generation> opened = new CompletableFuture<>();
    Loop.context.runOnContext(now -> opened.complete(provider.open(request, sink)));
    return opened.get(60, TimeUnit.SECONDS);
  }

  static void onLoop(Runnable what) throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Loop.context.runOnContext(now -> {
      what.run();
      done.complete(null);
    });
    done.get(60, TimeUnit.SECONDS);
  }

  /** Time for what must not come to come. */
  static void aWhile() throws Exception {
    Loop.vertx.timer(200).toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  @Test
  default void aWholeAnswerEndsOnceWithItsReasonAndUsage() throws Exception {
    Recorder heard = new Recorder();
    open(answering(Loop.vertx, 20), request("20"), heard);
    Finish finish = (Finish) heard.awaitEnd();
    assertThat(finish.reason()).isEqualTo("stop");
    assertThat(finish.usage().completionTokens()).isPositive();
    assertThat(heard.text()).isNotEmpty();
    assertThat(heard.timesAlive()).isPositive();
    aWhile();
    assertThat(heard.timesEnded()).isEqualTo(1);
  }

  @Test
  default void anAnswerThatBreaksOffIsAFailure() throws Exception {
    Recorder heard = new Recorder();
    open(breakingOff(Loop.vertx), request("break"), heard);
    assertThat(((ProviderFailure) heard.awaitEnd()).cause()).isEqualTo(ProviderFailure.Cause.TRUNCATED);
    assertThat(heard.text()).isNotEmpty();
    assertThat(heard.timesEnded()).isEqualTo(1);
  }

  @Test
  default void whoCancelsHearsNothingMore() throws Exception {
    Recorder heard = new Recorder();
    Generation generation = open(answering(Loop.vertx, 100_000), request("100000"), heard);
    onLoop(generation::cancel);
    int frames = heard.size();
    aWhile();
    assertThat(heard.size()).isEqualTo(frames);
    assertThat(heard.timesEnded()).isZero();
    onLoop(() -> {
      generation.pause();
      generation.resume();
      generation.cancel();
    });
  }

  @Test
  default void aPausedProviderStopsAndGoesOnWithoutLoss() throws Exception {
    Recorder heard = new Recorder();
    Generation generation = open(answering(Loop.vertx, 20_000), request("20000"), heard);
    onLoop(generation::pause);
    aWhile();
    int frames = heard.size();
    aWhile();
    assertThat(heard.size()).isEqualTo(frames);
    assertThat(heard.timesEnded()).isZero();
    onLoop(generation::resume);
    assertThat(heard.awaitEnd()).isInstanceOf(Finish.class);
    assertThat(heard.size()).isGreaterThanOrEqualTo(20_000);
  }
}

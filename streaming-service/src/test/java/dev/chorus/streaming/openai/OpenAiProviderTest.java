package dev.chorus.streaming.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.protocol.Json;
import dev.chorus.streaming.exchange.Transcripts;
import dev.chorus.streaming.provider.Finish;
import dev.chorus.streaming.provider.Generation;
import dev.chorus.streaming.provider.Piece;
import dev.chorus.streaming.provider.Provider;
import dev.chorus.streaming.provider.ProviderContract;
import dev.chorus.streaming.provider.ProviderFailure;
import dev.chorus.streaming.provider.ProviderFailure.Cause;
import dev.chorus.streaming.provider.Recorder;
import dev.chorus.testkit.Eventually;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class OpenAiProviderTest implements ProviderContract {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static Vertx loop;
  private final List<OpenAiServer> servers = new ArrayList<>();

  @BeforeAll
  static void vertx() {
    loop = Vertx.vertx();
  }

  @AfterEach
  void stopServers() {
    servers.forEach(OpenAiServer::close);
  }

  private Provider at(Vertx vertx, OpenAiServer server) {
    servers.add(server);
    return new OpenAiProvider(vertx, Clock.systemUTC(), OpenAiServer.entry(server.baseUrl()));
  }

  private static String token(int i) {
    return "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\" word" + i + "\"},\"finish_reason\":null}]}\n\n";
  }

  @Override
  public Provider answering(Vertx vertx, int tokens) throws Exception {
    return at(vertx, new OpenAiServer((request, out) -> {
      out.write(OpenAiServer.STREAM_HEAD.getBytes(StandardCharsets.US_ASCII));
      for (int i = 0; i < tokens; i++)
        out.write(token(i).getBytes(StandardCharsets.UTF_8));
      out.write(
          ("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":"
              + tokens + ",\"total_tokens\":" + (tokens + 1) + "}}\n\ndata: [DONE]\n\n").getBytes(StandardCharsets.UTF_8));
    }));
  }

  @Override
  public Provider breakingOff(Vertx vertx) throws Exception {
    return at(vertx, OpenAiServer.sending((token(1) + token(2)).getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public String prompt(String kind) {
    return kind;
  }

  private Recorder hear(OpenAiServer server) throws Exception {
    Recorder heard = new Recorder();
    ProviderContract.open(at(loop, server), request("hello"), heard);
    heard.awaitEnd();
    return heard;
  }

  private ProviderFailure failure(OpenAiServer server) throws Exception {
    return (ProviderFailure) hear(server).awaitEnd();
  }

  @Test
  void aRestingAnswerStaysInItsSocketAndIsThenReadWhole() throws Exception {
    CompletableFuture<Void> rests = new CompletableFuture<>();
    CompletableFuture<Void> written = new CompletableFuture<>();
    Recorder heard = new Recorder();
    Generation generation = ProviderContract.open(at(Loop.vertx, new OpenAiServer((request, out) -> {
      out.write((OpenAiServer.STREAM_HEAD + token(0)).getBytes(StandardCharsets.US_ASCII));
      out.flush();
      rests.join();
      for (int i = 1; i < 20; i++) {
        out.write(token(i).getBytes(StandardCharsets.US_ASCII));
        out.flush();
      }
      written.complete(null);
      out.write("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"
          .getBytes(StandardCharsets.US_ASCII));
    })), request("hello"), heard);
    Eventually.await("it has begun", LIMIT, () -> heard.size() == 1);
    ProviderContract.onLoop(() -> generation.rest(true));
    rests.complete(null);
    written.get(60, TimeUnit.SECONDS);
    // Another answer, from its connection to its end: had anybody read the first one, it would have been heard by now.
    another();
    assertThat(heard.size()).isEqualTo(1);
    int reads = heard.timesAlive();
    ProviderContract.onLoop(() -> generation.rest(false));
    assertThat(heard.awaitEnd()).isInstanceOf(Finish.class);
    assertThat(heard.pieces(Piece.class)).hasSize(20);
    assertThat(heard.timesAlive() - reads).as("reads of all that came meanwhile").isLessThan(10);
  }

  @Test
  void aRestDoesNotUndoAPause() throws Exception {
    Recorder heard = new Recorder();
    Generation generation = ProviderContract.open(answering(Loop.vertx, 40_000), request("hello"), heard);
    ProviderContract.onLoop(() -> generation.pause());
    ProviderContract.onLoop(() -> generation.rest(true));
    ProviderContract.onLoop(() -> generation.rest(false));
    another();
    assertThat(heard.size()).isLessThan(40_000);
    ProviderContract.onLoop(() -> generation.rest(true));
    ProviderContract.onLoop(() -> generation.resume());
    ProviderContract.onLoop(() -> generation.rest(false));
    assertThat(heard.awaitEnd()).isInstanceOf(Finish.class);
    assertThat(heard.pieces(Piece.class)).hasSize(40_000);
  }

  /** Another answer on the same loop, from its connection to its end: whatever was to be read before it has been read then. */
  private void another() throws Exception {
    Recorder other = new Recorder();
    ProviderContract.open(answering(Loop.vertx, 20), request("hello"), other);
    assertThat(other.awaitEnd()).isInstanceOf(Finish.class);
  }

  @Test
  void everyRecordedAnswerComesWholeOverASocket() throws Exception {
    for (String name : Transcripts.WHOLE) {
      Recorder heard = hear(OpenAiServer.sending(Transcripts.bytes(name)));
      assertThat(heard.awaitEnd()).as(name).isInstanceOf(Finish.class);
      assertThat(((Finish) heard.awaitEnd()).usage()).as(name).isNotNull();
    }
    for (String name : Transcripts.BROKEN)
      assertThat(hear(OpenAiServer.sending(Transcripts.bytes(name))).awaitEnd()).as(name).isInstanceOf(ProviderFailure.class);
  }

  @Test
  void writesOfAnySizeGiveTheSameFrames() throws Exception {
    byte[] bytes = Transcripts.bytes("openai-chat-tool-calls-parallel");
    List<?> whole = hear(OpenAiServer.sending(bytes)).frames;
    for (int size : new int[]{1, 13, 1000}) {
      Recorder heard = hear(new OpenAiServer((request, out) -> {
        out.write(OpenAiServer.STREAM_HEAD.getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < bytes.length; i += size) {
          out.write(bytes, i, Math.min(size, bytes.length - i));
          out.flush();
        }
      }));
      assertThat(heard.frames).as("writes of %d", size).isEqualTo(whole);
    }
  }

  @Test
  void closedBehindAnyFrameBeforeTheReasonItIsAFailureAndNoFrameIsLost() throws Exception {
    byte[] bytes = Transcripts.bytes("openai-chat-tool-call");
    String text = new String(bytes, StandardCharsets.UTF_8);
    int frames = 0;
    for (int end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n", end + 2)) {
      frames++;
      String part = text.substring(0, end + 2);
      Recorder heard = hear(OpenAiServer.sending(Arrays.copyOf(bytes, part.getBytes(StandardCharsets.UTF_8).length)));
      boolean saidWhy = part.contains("\"finish_reason\":\"tool_calls\"");
      assertThat(heard.awaitEnd()).as("closed behind frame %d", frames).isInstanceOf(saidWhy ? Finish.class : ProviderFailure.class);
      if (!part.contains("[DONE]"))
        assertThat(heard.frames).hasSize(frames);
    }
    assertThat(frames).isGreaterThan(5);
  }

  @Test
  void whatIsAskedOfTheProviderIsTheRequestWithUsageAndOurKey() throws Exception {
    OpenAiServer server = OpenAiServer.sending(Transcripts.bytes("openai-chat-basic"));
    hear(server);
    String asked = server.requests().poll(5, TimeUnit.SECONDS);
    assertThat(asked).startsWith("POST /v1/chat/completions HTTP/1.1").containsIgnoringCase("authorization: Bearer secret-key-of-ours")
        .containsIgnoringCase("x-team: chat");
    JsonNode body = Json.read(asked.substring(asked.indexOf("\r\n\r\n") + 4));
    assertThat(body.path("stream").booleanValue()).isTrue();
    assertThat(body.path("stream_options").path("include_usage").booleanValue()).isTrue();
    assertThat(body.path("model").textValue()).isEqualTo("model");
    assertThat(body.path("messages").path(0).path("content").textValue()).isEqualTo("hello");
  }

  @Test
  void aRefusalKeepsWhatItSaysButForKeysAndAddresses() throws Exception {
    ProviderFailure failure = failure(OpenAiServer.answering(429, "Retry-After: 7\r\nContent-Type: application/json\r\n",
        "{\"error\":{\"message\":\"Limit of secret-key-of-ours at 127.0.0.1 reached\",\"type\":\"requests\",\"param\":null,\"code\":\"rate_limit_exceeded\"}}"));
    assertThat(failure)
        .isEqualTo(new ProviderFailure(Cause.STATUS, "Limit of […] at […] reached", 429, "requests", "rate_limit_exceeded", null, 7000L));
    assertThat(failure(OpenAiServer.answering(500, "", "<html>oops")).message()).isEqualTo("The provider answered with status 500.");
  }

  @Test
  void a200ThatIsNoStreamAndAPortThatNobodyServesAreNamed() throws Exception {
    assertThat(failure(OpenAiServer.answering(200, "Content-Type: application/json\r\n", "{}")).cause()).isEqualTo(Cause.NOT_A_STREAM);
    OpenAiServer gone = OpenAiServer.sending(new byte[0]);
    gone.close();
    assertThat(failure(gone).cause()).isEqualTo(Cause.UNREACHABLE);
  }

  @Test
  void theUsageBehindTheReasonIsAwaitedButNotForEver() throws Exception {
    String finish = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\n";
    Recorder heard = hear(new OpenAiServer((request, out) -> {
      out.write((OpenAiServer.STREAM_HEAD + finish).getBytes(StandardCharsets.UTF_8));
      out.flush();
      Thread.currentThread().join(30_000);
    }));
    assertThat(heard.awaitEnd()).isEqualTo(new Finish("stop", null));
  }

  @Test
  void aProviderThatIsNotReadHasToWait() throws Exception {
    AtomicLong written = new AtomicLong();
    byte[] frame = token(1).getBytes(StandardCharsets.UTF_8);
    OpenAiServer endless = new OpenAiServer((request, out) -> {
      out.write(OpenAiServer.STREAM_HEAD.getBytes(StandardCharsets.US_ASCII));
      for (;;) {
        out.write(frame);
        written.addAndGet(frame.length);
      }
    });
    Recorder heard = new Recorder();
    var generation = ProviderContract.open(at(loop, endless), request("hello"), heard);
    ProviderContract.onLoop(generation::pause);
    Eventually.atRest("its writes block", LIMIT, written::get);
    int frames = heard.size();
    ProviderContract.onLoop(generation::resume);
    Eventually.await("it is read on", LIMIT, () -> heard.size() > frames);
    ProviderContract.onLoop(generation::cancel);
  }
}

package dev.chorus.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.gateway.HttpGateway;
import dev.chorus.gateway.httpkit.Caller;
import dev.chorus.gateway.httpkit.FakeStreaming;
import dev.chorus.gateway.httpkit.Until;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import io.vertx.core.Promise;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever follows streams by HTTP does so as long as they may, and as many as one may. */
@Timeout(180)
class FollowersTest {
  private static final RoomId LOBBY = new RoomId("lobby");
  private static final UserId ANN = new UserId("ann");
  private static final UserId BOB = new UserId("bob");
  private static final String STREAM = "/api/streams/lobby~word";
  private static final String SSE = "text/event-stream";
  private static final String LINES = "application/x-ndjson";
  private static final String ASK = "{\"room\":\"lobby\",\"model\":\"assistant\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
  @AutoClose
  private final HttpGateway gateway = HttpGateway.start(Map.of("CHORUS_MAX_ANSWERS_PER_USER", "2"));
  @AutoClose
  private final Caller ann = new Caller(gateway::uri, "ann");
  @AutoClose
  private final Caller bob = new Caller(gateway::uri, "bob");
  @AutoClose
  private final Caller root = new Caller(gateway::uri, "root");

  @BeforeEach
  void bothAreMembers() {
    gateway.does(() -> gateway.delivery.members.addAll(List.of(ANN, BOB, new UserId(HttpGateway.BRIEF))));
  }

  private FakeStreaming.Log log() {
    return gateway.on(() -> gateway.streaming.stream(new StreamId("lobby~word"), LOBBY, ANN));
  }

  private void removed(UserId user) {
    assertThat(root.other("DELETE", "/api/rooms/lobby/members/" + user).statusCode()).isEqualTo(200);
  }

  /** Reads on until a line says that. */
  private static void hears(Caller.Answer answer, String words) {
    String line = answer.line();
    while (line != null && !line.contains(words))
      line = answer.line();
    assertThat(line).as("before the end").isNotNull();
  }

  @Test
  void whoIsRemovedFromTheRoomIsToldSoAndReadsNoMoreOfItsStreams() {
    FakeStreaming.Log log = log();
    gateway.does(() -> log.text("one"));
    try (Caller.Answer events = bob.open("GET", STREAM, null, "Accept", SSE);
        Caller.Answer lines = bob.open("GET", STREAM, null, "Accept", LINES);
        Caller.Answer member = ann.open("GET", STREAM, null, "Accept", LINES);
        Caller.Answer admin = root.open("GET", STREAM, null, "Accept", LINES)) {
      for (Caller.Answer each : List.of(events, lines, member, admin))
        hears(each, "one");
      removed(BOB);
      gateway.does(() -> log.text("two"));
      assertThat(events.rest()).contains("event: problem\ndata: {\"code\":\"not_member\"").doesNotContain("two");
      assertThat(lines.rest()).startsWith("{\"type\":\"problem\",\"data\":{\"code\":\"not_member\"").doesNotContain("two");
      hears(member, "two");
      hears(admin, "two");
    }
    assertThat(bob.get(STREAM, "Accept", SSE).statusCode()).isEqualTo(403);
  }

  @Test
  void whoIsRemovedWhileTheyAreOnTheirWayDoesNotArrive() throws Exception {
    FakeStreaming.Log log = log();
    gateway.does(() -> log.text("one"));
    Promise<Void> judged = Promise.promise();
    gateway.does(() -> gateway.delivery.judged = judged.future());
    CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> bob.get(STREAM, "Accept", LINES).body());
    Until.holds(() -> gateway.on(() -> gateway.delivery.judgements == 1));
    removed(BOB);
    gateway.does(judged::complete);
    assertThat(answer.get(60, TimeUnit.SECONDS)).contains("not_member").doesNotContain("one");
  }

  @Test
  void whoIsRemovedBeforeTheFirstTokenOfTheirAnswerHearsItAsAStatus() throws Exception {
    CompletableFuture<Integer> status = CompletableFuture.supplyAsync(() -> bob.post("/api/ws/stream/sse", ASK).statusCode());
    Until.holds(() -> gateway.on(() -> gateway.streaming.starts.size() == 1));
    removed(BOB);
    assertThat(status.get(60, TimeUnit.SECONDS)).isEqualTo(403);
    gateway.does(() -> gateway.streaming.onStart = log -> log.text("one"));
    try (Caller.Answer answer = ann.open("POST", "/api/ws/stream/http", ASK)) {
      hears(answer, "one");
      removed(ANN);
      assertThat(answer.rest()).startsWith("{\"type\":\"problem\",\"data\":{\"code\":\"not_member\"");
    }
  }

  @Test
  void whoFollowsAProjectIsShownNoMoreOfThatRoomAndGoesOnWithTheRest() {
    FakeStreaming.Log inLobby = ofProject("lobby~one", ANN);
    FakeStreaming.Log own = ofProject("~own", BOB);
    gateway.does(() -> inLobby.text("one"));
    try (Caller.Answer answer = bob.open("GET", "/api/projects/p1/agents/stream", null)) {
      hears(answer, "\"text\":\"one\"");
      removed(BOB);
      gateway.does(() -> inLobby.text("two"));
      hears(answer, "not_member");
      gateway.does(() -> own.text("three"));
      String line = answer.line();
      for (; line != null && !line.contains("three"); line = answer.line())
        assertThat(line).doesNotContain("two");
      assertThat(line).isNotNull();
    }
  }

  private FakeStreaming.Log ofProject(String id, UserId starter) {
    return gateway.on(() -> {
      StreamId stream = new StreamId(id);
      gateway.streaming.start(new StartStream(stream, stream.room().orElse(null), starter, "{}", false, null, "writer", "p1", "token", null,
          true, false, null, null, true, null, null));
      return gateway.streaming.logs.get(stream);
    });
  }

  @Test
  void anAnswerThatFollowsAStreamEndsWithItsCallersToken() {
    gateway.does(() -> gateway.streaming.onStart = log -> log.text("one"));
    FakeStreaming.Log log = log();
    gateway.does(() -> log.text("one"));
    try (Caller brief = new Caller(gateway::uri, HttpGateway.BRIEF);
        Caller.Answer lines = brief.open("GET", STREAM, null, "Accept", LINES);
        Caller.Answer posted = brief.open("POST", "/api/ws/stream/sse", ASK)) {
      assertThat(lines.head.statusCode()).isEqualTo(200);
      assertThat(posted.head.statusCode()).isEqualTo(200);
      assertThat(lines.rest()).contains("one").contains("{\"type\":\"problem\",\"data\":{\"code\":\"unauthorized\"");
      assertThat(posted.rest()).contains("one").contains("event: problem\ndata: {\"code\":\"unauthorized\"");
    }
    Until.holds(() -> gateway.on(() -> gateway.streaming.streams.isEmpty()));
  }

  @Test
  void aUserHasSoManyAnswersOpenAndNoMore() {
    FakeStreaming.Log log = log();
    gateway.does(() -> log.text("one"));
    Caller.Answer first = ann.open("GET", STREAM, null, "Accept", SSE);
    try (Caller.Answer second = ann.open("GET", "/api/sse/agent-stream?projectId=p", null);
        Caller.Answer others = bob.open("GET", STREAM, null, "Accept", SSE)) {
      assertThat(List.of(first.head.statusCode(), second.head.statusCode(), others.head.statusCode())).containsOnly(200);
      var refused = ann.get(STREAM, "Accept", SSE);
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
      assertThat(refused.body()).contains("\"code\":\"rate_limited\"").contains("\"retryAfterMs\":1000");
      var completion = ann.post("/v1/chat/completions", ASK);
      assertThat(completion.statusCode()).isEqualTo(429);
      assertThat(completion.body()).contains("\"type\":\"rate_limit").doesNotContain("retryAfterMs");
      assertThat(gateway.<Integer>on(() -> gateway.streaming.starts.size())).isZero();
      assertThat(ann.get("/api/rooms/lobby/messages").statusCode()).as("what is answered at once").isEqualTo(200);
      first.close();
      Until.holds(() -> ann.get(STREAM).statusCode() == 200);
      for (int i = 0; i < 5; i++)
        assertThat(ann.get(STREAM).statusCode()).as("one that is over counts no more").isEqualTo(200);
    }
  }

  @Test
  void theStreamOfSomebodyWhoWentAwayBeforeItsStartWasAnsweredIsNotWatchedForEver() throws IOException {
    FakeStreaming.Log log = log();
    gateway.does(() -> log.text("one"));
    Promise<Void> answered = Promise.promise();
    gateway.does(() -> gateway.streaming.startGate = answered.future());
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
      socket.getOutputStream().write(("POST /api/ws/stream/sse HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer ann\r\nContent-Length: "
          + ASK.length() + "\r\n\r\n" + ASK).getBytes(StandardCharsets.US_ASCII));
      Until.holds(() -> gateway.on(() -> gateway.streaming.streams.size() == 1));
      try (Caller.Answer second = ann.open("GET", "/api/sse/agent-stream?projectId=p", null)) {
        assertThat(ann.get(STREAM).statusCode()).as("two are open").isEqualTo(429);
        socket.close();
        Until.holds(() -> ann.get(STREAM).statusCode() == 200);
        assertThat(second.head.statusCode()).isEqualTo(200);
      }
    }
    gateway.does(answered::complete);
    Until.holds(() -> gateway.on(() -> gateway.streaming.streams.isEmpty()));
  }
}

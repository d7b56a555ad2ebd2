package dev.chorus.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.StreamRecord;
import dev.chorus.gateway.HttpGateway;
import dev.chorus.gateway.httpkit.Caller;
import dev.chorus.gateway.httpkit.FakeStreaming;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class StreamResourceTest {
  private static final UserId ANN = new UserId("ann");
  private static final String SSE = "text/event-stream";
  @AutoClose
  private final HttpGateway gateway = HttpGateway.start(Map.of());
  @AutoClose
  private final Caller caller = new Caller(gateway::uri, "ann");

  private FakeStreaming.Log log(RoomId room) {
    return gateway.on(() -> gateway.streaming.stream(new StreamId((room == null ? "" : room.value()) + "~word"), room, ANN));
  }

  private void ended(FakeStreaming.Log log) {
    gateway.does(() -> {
      log.text("one ", "two ");
      log.append(new StreamRecord.Notice(3, "failover", null, "backup", 2));
      log.text("three");
      log.complete();
    });
  }

  @Test
  void anEndedStreamIsReplayedAsEventsWithMergedChunks() {
    ended(log(null));
    HttpResponse<String> answer = caller.get("/api/streams/~word", "Accept", SSE);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue(SSE);
    assertThat(answer.body()).startsWith("id: word-0\nevent: stream:open\ndata: {\"streamId\":\"~word\"");
    assertThat(answer.body()).contains("""
        id: word-2
        event: stream:chunk
        data: {"streamId":"~word","from":1,"to":2,"kind":"content","text":"one two ","replay":true}

        id: word-3
        event: stream:notice
        data: {"streamId":"~word","seq":3,"notice":"failover","provider":"backup","attempt":2}

        id: word-4
        event: stream:chunk
        data: {"streamId":"~word","from":4,"to":4,"kind":"content","text":"three","replay":true}

        id: word-5
        event: stream:end
        data: {"streamId":"~word","seq":5,"status":"COMPLETED","finishReason":"stop\"""");
  }

  @Test
  void aReaderGoesOnFromTheLastEventId() {
    ended(log(null));
    String rest = caller.get("/api/streams/~word", "Accept", SSE, "Last-Event-ID", "word-4").body();
    assertThat(rest).startsWith("id: word-5\nevent: stream:end");
    assertThat(caller.get("/api/streams/~word?after=4", "Accept", SSE).body()).isEqualTo(rest);
    assertThat(caller.get("/api/streams/~word", "Accept", SSE, "Last-Event-ID", "word-0").body())
        .startsWith("id: word-2\nevent: stream:chunk");
    HttpResponse<String> nothing = caller.get("/api/streams/~word", "Accept", SSE, "Last-Event-ID", "word-5");
    assertThat(nothing.statusCode()).isEqualTo(204);
    assertThat(caller.get("/api/streams/~word", "Accept", SSE, "Last-Event-ID", "other-5").body())
        .startsWith("id: word-0\nevent: stream:open");
    HttpResponse<String> above = caller.get("/api/streams/~word?after=6", "Accept", SSE);
    assertThat(above.statusCode()).isEqualTo(400);
    assertThat(above.body()).contains("\"code\":\"bad_request\"");
  }

  @Test
  void aPositionCountsInWhateverFormIsAskedFor() {
    ended(log(null));
    for (String form : new String[]{SSE, "application/x-ndjson", "application/json"}) {
      assertThat(caller.get("/api/streams/~word?after=6", "Accept", form).statusCode()).as(form).isEqualTo(400);
      assertThat(caller.get("/api/streams/~word?after=-1", "Accept", form).statusCode()).as(form).isEqualTo(400);
      HttpResponse<String> nothing = caller.get("/api/streams/~word?after=5", "Accept", form);
      assertThat(nothing.statusCode()).as(form).isEqualTo(204);
      assertThat(nothing.headers().firstValue("Chorus-Stream-Id")).as(form).hasValue("~word");
      assertThat(caller.get("/api/streams/~word?after=4", "Accept", form).statusCode()).as(form).isEqualTo(200);
    }
    HttpResponse<String> answer = caller.get("/api/streams/~word", "Accept", SSE);
    assertThat(answer.headers().firstValue("Location")).hasValue("/api/streams/~word");
  }

  @Test
  void aRunningStreamGoesOnLiveWhereTheReplayEnds() {
    FakeStreaming.Log log = log(null);
    gateway.does(() -> log.text("one "));
    try (Caller.Answer answer = caller.open("GET", "/api/streams/~word?after=0", null, "Accept", "application/x-ndjson")) {
      assertThat(answer.head.headers().firstValue("Content-Type")).hasValue("application/x-ndjson");
      assertThat(answer.line()).contains("\"type\":\"stream:chunk\",\"id\":\"word-1\"").contains("\"replay\":true");
      gateway.does(() -> log.text("two"));
      assertThat(answer.line()).contains("\"id\":\"word-2\"").contains("\"text\":\"two\"").doesNotContain("replay");
      gateway.does(log::complete);
      assertThat(answer.line()).contains("\"type\":\"stream:end\"");
      assertThat(answer.line()).isNull();
    }
  }

  @Test
  void theWholeTextSoFarComesAsJson() {
    ended(log(null));
    HttpResponse<String> state = caller.get("/api/streams/~word");
    assertThat(state.statusCode()).isEqualTo(200);
    assertThat(state.body()).contains("\"status\":\"COMPLETED\"").contains("\"text\":\"one two three\"").contains("\"head\":5");
  }

  @Test
  void othersSeeAStreamOnlyAsMembersOfItsRoomOrAsAdmins() {
    ended(log(null));
    FakeStreaming.Log inRoom = gateway.on(() -> gateway.streaming.stream(new StreamId("lobby~word"), new RoomId("lobby"), ANN));
    ended(inRoom);
    try (Caller bob = new Caller(gateway::uri, "bob"); Caller root = new Caller(gateway::uri, "root")) {
      assertThat(bob.get("/api/streams/~word", "Accept", SSE).statusCode()).isEqualTo(403);
      assertThat(bob.get("/api/streams/~word").statusCode()).isEqualTo(403);
      assertThat(bob.get("/api/streams/lobby~word").body()).contains("\"code\":\"not_member\"");
      gateway.does(() -> gateway.delivery.members.add(new UserId("bob")));
      assertThat(bob.get("/api/streams/lobby~word", "Accept", SSE).statusCode()).isEqualTo(200);
      assertThat(root.get("/api/streams/~word", "Accept", SSE).statusCode()).isEqualTo(200);
    }
    assertThat(caller.get("/api/streams/~none", "Accept", SSE).statusCode()).isEqualTo(404);
    assertThat(caller.get("/api/streams/none").statusCode()).isEqualTo(404);
  }

  @Test
  void cancellingAnswersTheState() {
    FakeStreaming.Log log = log(null);
    gateway.does(() -> log.text("one "));
    try (Caller bob = new Caller(gateway::uri, "bob")) {
      assertThat(bob.post("/api/streams/~word/cancel", "").statusCode()).isEqualTo(403);
    }
    assertThat(caller.post("/api/streams/~word/cancel", "").body()).contains("\"status\":\"CANCELLED\"");
    assertThat(caller.post("/api/ws/stream/~word/cancel", "").statusCode()).isEqualTo(200);
  }

  @Test
  void aSlowReaderIsWaitedForAndGetsEverything() {
    FakeStreaming.Log log = log(null);
    String piece = "Q".repeat(20_000);
    try (Caller.Answer slow = caller.open("GET", "/api/streams/~word", null, "Accept", "application/x-ndjson");
        Caller.Answer quick = caller.open("GET", "/api/streams/~word", null, "Accept", "application/x-ndjson")) {
      for (int i = 0; i < 600; i++)
        gateway.does(() -> log.text(piece));
      gateway.does(log::complete);
      assertThat(letters(quick)).isEqualTo(12_000_000);
      assertThat(letters(slow)).isEqualTo(12_000_000);
    }
  }

  /** The letters of all chunks, each once and in order. */
  private static long letters(Caller.Answer answer) {
    long letters = 0;
    long last = 0;
    for (String line = answer.line(); line != null; line = answer.line()) {
      if (!line.contains("\"stream:chunk\""))
        continue;
      long from = number(line, "\"from\":");
      assertThat(from).isEqualTo(last + 1);
      last = number(line, "\"to\":");
      letters += line.chars().filter(c -> c == 'Q').count();
    }
    return letters;
  }

  private static long number(String line, String field) {
    int start = line.indexOf(field) + field.length();
    int end = start;
    while (Character.isDigit(line.charAt(end)))
      end++;
    return Long.parseLong(line.substring(start, end));
  }
}

package dev.chorus.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.chorus.model.Activity;
import dev.chorus.model.CursorPosition;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.NodeId;
import dev.chorus.model.Presence;
import dev.chorus.model.Problem;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Event.ActivityUpdate.Doing;
import dev.chorus.protocol.Event.CursorUpdate.Cursor;
import dev.chorus.protocol.Event.TypingStart.Typist;
import dev.chorus.protocol.Event.UserLeave.Departed;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that the server says encodes to the golden frames, byte for byte. */
class ServerFramesTest {
  private static final long AT = 1_767_225_600_000L;
  private static final long VERSION = AT * 1000 + 1;
  private static final RoomId LOBBY = new RoomId("lobby");
  private static final UserId ANN = new UserId("ann");
  private static final UserId BOB = new UserId("bob");
  private static final StreamId ROOMS = new StreamId("lobby~Ab3");
  private static final StreamId OWN = new StreamId("~Ab3");
  private static final byte[] ENTRY = "{\"type\":\"message:new\",\"room\":\"lobby\",\"seq\":42,\"data\":{\"messageId\":\"m1\",\"sender\":\"ann\",\"role\":\"user\",\"content\":\"é\",\"priority\":\"normal\",\"at\":1767225600000}}"
      .getBytes(StandardCharsets.UTF_8);

  /** One envelope: an event with its room and seq, or an ack with its id. */
  private record Said(Object data, Object on, Long seq) {
    byte[] encoded() {
      return switch (data) {
        case Event event -> EventCodec.event(event, (RoomId) on, seq);
        case Ack ack -> EventCodec.ack((JsonNode) on, ack);
        case Problem problem -> EventCodec.error((JsonNode) on, problem);
        default -> throw new AssertionError(data);
      };
    }
  }

  private static Said own(Event event) {
    return new Said(event, null, null);
  }

  private static Said room(Event event) {
    return new Said(event, LOBBY, null);
  }

  private static Said ack(Object id, Ack ack) {
    return new Said(ack, id instanceof Integer number ? IntNode.valueOf(number) : TextNode.valueOf((String) id), null);
  }

  private static Map<String, Long> times(Object... namesAndTimes) {
    Map<String, Long> times = new LinkedHashMap<>();
    for (int i = 0; i < namesAndTimes.length; i += 2)
      times.put((String) namesAndTimes[i], (Long) namesAndTimes[i + 1]);
    return times;
  }

  private static Presence presence(UserId user, String name, Long lastSeen, String... devices) {
    return new Presence(user, name, Presence.Status.ONLINE, null, List.of(devices), lastSeen);
  }

  private static final Map<String, List<Said>> MEANING = Map.ofEntries(
      Map.entry("welcome", List.of(own(new Event.Welcome("c7Hq", ANN, new NodeId("gateway-x1"), 30_000, AT)))),
      Map.entry("heartbeat", List.of(own(new Event.Heartbeat(AT, AT + 5)), own(new Event.Heartbeat(null, AT + 5)))),
      Map.entry("auth-expiring", List.of(own(new Event.AuthExpiring(AT + 60_000)))),
      Map.entry("room-synced", List.of(room(new Event.RoomSynced(42)))),
      Map.entry("room-left", List.of(room(new Event.RoomLeft("forbidden")))),
      Map.entry("close", List.of(own(new Event.Closed(4000, "drain", 412L)), own(new Event.Closed(4409, "replaced", null)))),
      Map.entry("message-new", List.of(
          new Said(new Event.MessageNew("m1", null, ANN, "user", "Grüße, 世界 👋\n\"quoted\"", "normal", null, null, null, AT), LOBBY, 42L),
          new Said(new Event.MessageNew("m2", "c-1", BOB, "assistant", "x", "high", "helper", 42L, "{\"mood\":\"good\",\"n\":1.5}", AT + 1),
              LOBBY, 43L),
          new Said(new Event.MessageNew("m1", null, ANN, "user", "é, corrected", "normal", null, null, null, AT,
              new Event.MessageNew.Edited(44, AT + 5), null), LOBBY, 42L),
          new Said(new Event.MessageNew("m2", null, BOB, "user", "", "normal", null, null, null, AT + 1, null, true), LOBBY, 43L))),
      Map.entry("message-update",
          List.of(new Said(new Event.MessageUpdate("m1", 42, "é, corrected", null, ANN, AT + 5), LOBBY, 44L),
              new Said(new Event.MessageUpdate("m1", 42, "x", "{\"mood\":\"calm\"}", new UserId("root"), AT + 6), LOBBY, 45L))),
      Map.entry("message-delete", List.of(new Said(new Event.MessageDelete("m2", 43, BOB, AT + 7), LOBBY, 46L))),
      Map.entry("receipt",
          List.of(room(new Event.Receipt(List.of(new Event.Receipt.Mark(ANN, 42, 40, AT), new Event.Receipt.Mark(BOB, 42, 42, AT + 1)))))),
      Map.entry("message-read-by-all", List.of(room(new Event.ReadByAll(42)))),
      Map.entry("message-status", List.of(room(new Event.MessageStatus("m1", 42, BOB, "FAILED", "timeout", AT)))),
      Map.entry("room-skipped", List.of(room(new Event.RoomSkipped(40, 41)))),
      Map.entry("queue-empty", List.of(own(new Event.QueueEmpty(12, 3)))),
      Map.entry("user-join",
          List.of(room(
              new Event.UserJoin(List.of(presence(ANN, "Ann", AT, "desktop", "mobile"), presence(BOB, null, null, "desktop")), VERSION)))),
      Map.entry("user-leave", List.of(room(new Event.UserLeave(List.of(new Departed(ANN, AT), new Departed(BOB, null)), VERSION + 1)))),
      Map.entry("presence-update", List.of(room(new Event.PresenceUpdate(
          List.of(new Presence(ANN, "Ann", Presence.Status.BUSY, "EDITING", List.of("desktop"), AT, "{\"mood\":\"good\"}"),
              new Presence(BOB, null, Presence.Status.AWAY, null, List.of("mobile"), null, null)),
          VERSION)))),
      Map.entry("presence-count", List.of(room(new Event.PresenceCount(1024, VERSION)))),
      Map.entry("cursor-update", List.of(room(new Event.CursorUpdate(List.of(
          new Cursor(ANN, AT, new CursorPosition(10, -20.5, null, null, "#1f77b4"), null),
          new Cursor(BOB, AT + 1, new CursorPosition(0.25, 1000, "title", new CursorPosition.Selection(3, 9, "Grüße"), "#ff7f0e"), null),
          new Cursor(new UserId("cat"), null, null, true)))))),
      Map.entry("activity-update", List.of(room(new Event.ActivityUpdate(
          List.of(new Doing(ANN, Activity.EDITING, null, AT), new Doing(BOB, Activity.VIEWING, "{\"page\":3}", AT + 1)))))),
      Map.entry("typing-start",
          List.of(room(new Event.TypingStart(List.of(new Typist(ANN, null, AT + 3000), new Typist(BOB, "helper", AT + 3001)))))),
      Map.entry("typing-stop", List.of(room(new Event.TypingStop(List.of(new Typist(ANN, null, null), new Typist(BOB, "helper", null)))))),
      Map.entry("stream-open", List.of(own(new Event.StreamOpen(OWN, "e1", null, null, "assistant", "main", ANN, AT)),
          room(new Event.StreamOpen(ROOMS, "e1", "helper", "g1", "assistant", "main", ANN, AT)))),
      Map.entry("stream-chunk", List.of(room(new Event.StreamChunk(ROOMS, 1, 1, "content", "The ", null, null, null)),
          own(new Event.StreamChunk(OWN, 2, 9, "reasoning", "Let me think.", null, "headline", true)),
          own(new Event.StreamChunk(OWN, 10, 10, "tool", null, new ToolDelta(0, "call_1", "weather", "{\"city\":"), null, null)),
          own(new Event.StreamChunk(OWN, 11, 11, "tool", null, new ToolDelta(0, null, null, "\"Oslo\"}"), null, null)))),
      Map.entry("stream-notice", List.of(room(new Event.StreamNotice(ROOMS, 5, "failover", null, "backup", 2)),
          own(new Event.StreamNotice(OWN, 6, "reset", 0L, null, null)))),
      Map.entry("stream-end", List.of(
          room(new Event.StreamEnd(ROOMS, 12, "COMPLETED", "stop", null, new Usage(10, 20, 30, null), new Cost(0.0125, "USD"),
              0.8, new StreamMetrics(120L, 900, 11, 420, 1, 0, 0))),
          own(new Event.StreamEnd(OWN, 1, "FAILED", null,
              new StreamError("timeout", "The provider sent no first token in time.", true),
              new Usage(10, 0, 10, true), null, null, new StreamMetrics(null, 10_000, 0, 0, 3, 1, 0))))),
      Map.entry("stream-group-end", List.of(room(new Event.StreamGroupEnd("g1", Map.of("helper", "COMPLETED"),
          Map.of("helper", new Usage(10, 20, 30, null)))))),
      Map.entry("error", List.of(new Said(Problem.of(ErrorCode.NOT_MEMBER, "You are not a member of this room."), IntNode.valueOf(7), null),
          new Said(Problem.retryAfter(ErrorCode.RATE_LIMITED, "Too many frames.", 250), TextNode.valueOf("a-8"), null),
          new Said(Problem.badRequest("This is not JSON, or it is nested too deeply."), null, null))),
      Map.entry("ack-empty", List.of(ack("l-1", new Ack.Empty()))),
      Map.entry("ack-room-join",
          List.of(ack(1,
              new Ack.Joined(LOBBY, "k3Zq", 42, 40, 39, 2, true, Json.bytes(List.of(presence(ANN, "Ann", AT, "desktop"))), VERSION,
                  List.of(new Ack.RunningStream(ROOMS, 12)))))),
      Map.entry("ack-message-send",
          List.of(ack(1, new Ack.Sent("m1", 42L, "SENT", AT, false)), ack(1, new Ack.Sent("m1", 42L, "SENT", AT, true)),
              ack(2, new Ack.Sent("m3", null, "SENT", AT, false)))),
      Map.entry("ack-message-edit", List.of(ack(1, new Ack.Changed(44, AT + 5)))),
      Map.entry("ack-delivery-status", List.of(ack(1, new Ack.Delivery("m1", LOBBY, 42, "FAILED", 6, false, List.of(
          new Ack.Delivery.Recipient(BOB, "READ", 1, null, times("SENT", AT, "DELIVERED", AT + 10, "READ", AT + 500)),
          new Ack.Delivery.Recipient(new UserId("zoë"), "FAILED", 5, "timeout", times("SENT", AT, "FAILED", AT + 90_000))))))),
      Map.entry("ack-delivery-stats", List.of(ack(1, new Ack.Statistics(10, 0, 1, 2, 6, 1, 0, 5, 12.5, 8 / 9.0)))),
      Map.entry("ack-history", List.of(ack(1, new Ack.History(List.of(ENTRY), 43, true)), ack(2, new Ack.History(List.of(), 0, false)))),
      Map.entry("ack-rooms-list", List.of(ack("r", new Ack.Rooms(List.of(new Ack.Rooms.Room(LOBBY, "k3Zq", 42, 40, 39, 2)), "lobby")),
          ack("r", new Ack.Rooms(List.of(), null)))),
      Map.entry("ack-presence-list", List.of(ack(1, new Ack.Participants(List.of(presence(ANN, null, AT, "desktop")), VERSION, null)),
          ack(2, new Ack.Participants(List.of(), VERSION, "bob")))),
      Map.entry("ack-stream-start", List.of(ack(1, new Ack.StreamStarted(ROOMS, "e1")))),
      Map.entry("ack-stream-attach", List.of(ack(1, new Ack.StreamAttached("e1", 12, "STREAMING", true)))),
      Map.entry("ack-stream-list",
          List.of(
              ack(1,
                  new Ack.Streams(List.of(new Ack.StreamState(ROOMS, "e1", "PAUSED", 12, LOBBY, null, "assistant", "The sky", null,
                      new Usage(10, 2, 12, true), null)))),
              ack(2, new Ack.Streams(List.of())))),
      Map.entry("ack-stream-cancel-all", List.of(ack(1, new Ack.StreamsCancelled(List.of(ROOMS))))),
      Map.entry("ack-stream-metrics", List.of(ack(1, new Ack.StreamMeasured(new StreamMetrics(120L, 900, 11, 420, 1, 0, 0))))),
      Map.entry("ack-stream-multiplex", List.of(ack(1, new Ack.StreamGroup("g1", Map.of("poet", ROOMS))))),
      Map.entry("ack-progress-subscribe", List.of(ack(1, new Ack.ProgressSubscribed(42, true)))),
      Map.entry("agent-progress",
          List.of(
              new Said(report("running", "40", IntNode.valueOf(2), 5L, 6000L, 120L, "0.0125", "The sky", "Let me think.", "0.8", "~Ab3"),
                  null,
                  42L),
              new Said(report("waiting", "0", TextNode.valueOf("outline"), null, null, null, null, null, null, null, null), null, 43L))),
      Map.entry("agent-complete",
          List.of(new Said(report("completed", "100", null, null, null, null, null, null, null, null, null), null, 44L))),
      Map.entry("agent-error",
          List.of(new Said(report("failed", "40.5", null, null, null, null, null, null, null, null, null), null, 45L))),
      Map.entry("quality-update",
          List.of(
              new Said(new Event.QualityUpdate("p1", Json.MAPPER.createObjectNode().put("clarity", 0.9).put("tone", 7), AT), null, 46L))),
      Map.entry("ack-stream-cancel", List.of(
          ack(1,
              new Ack.StreamState(ROOMS, "e1", "CANCELLED", 12, LOBBY, "helper", "assistant", "The sky", "Let me think.",
                  new Usage(10, 2, 12, true),
                  null)),
          ack(2, new Ack.StreamState(OWN, "e1", "FAILED", 1, null, null, "assistant", "", null, new Usage(10, 0, 10, null),
              new StreamError("unavailable", "The provider failed.", true))))));

  private static Event report(String status, String percentage, JsonNode step, Long steps, Long remaining, Long tokens, String cost,
      String content, String reasoning, String confidence, String stream) {
    return new Event.AgentProgress("p1", "writer", status, new BigDecimal(percentage), step, steps, remaining, tokens,
        cost == null ? null : new BigDecimal(cost), content, reasoning, confidence == null ? null : new BigDecimal(confidence), stream, AT);
  }

  static Set<String> files() {
    return MEANING.keySet();
  }

  @ParameterizedTest
  @MethodSource("files")
  void whatTheServerSaysIsTheGoldenFrame(String file) {
    assertThat(MEANING.get(file).stream().map(said -> new String(said.encoded(), StandardCharsets.UTF_8)))
        .containsExactlyElementsOf(
            GoldenFrames.lines("server/" + file).stream().map(line -> new String(line, StandardCharsets.UTF_8)).toList());
  }

  @Test
  void everyFileIsReadAndEveryTypeHasOne() {
    assertThat(GoldenFrames.files("server")).isEqualTo(MEANING.keySet());
    Set<Class<?>> shown = MEANING.values().stream().flatMap(List::stream).map(said -> said.data().getClass())
        .collect(Collectors.toCollection(HashSet::new));
    Set<Class<?>> types = Stream.of(Event.class, Ack.class).flatMap(type -> Arrays.stream(type.getPermittedSubclasses()))
        .collect(Collectors.toSet());
    assertThat(shown).containsAll(types);
  }

  @Test
  void aListOfReadyItemsIsTheSameEnvelope() {
    List<byte[]> items = Stream.of(new Typist(ANN, null, AT + 3000), new Typist(BOB, "helper", AT + 3001)).map(Json::bytes).toList();
    assertThat(EventCodec.list("typing:start", LOBBY, "users", items, null))
        .isEqualTo(GoldenFrames.lines("server/typing-start").getFirst());
    List<byte[]> left = Stream.of(new Departed(ANN, AT), new Departed(BOB, null)).map(Json::bytes).toList();
    assertThat(EventCodec.list("user:leave", LOBBY, "users", left, VERSION + 1))
        .isEqualTo(GoldenFrames.lines("server/user-leave").getFirst());
  }

  @Test
  void aRedeliveredEnvelopeIsTheSameOneWithAWordMore() {
    assertThat(EventCodec.redelivered(ENTRY)).asString(StandardCharsets.UTF_8)
        .isEqualTo(new String(ENTRY, StandardCharsets.UTF_8).replaceFirst("}$", ",\"redelivered\":true}"));
  }

  @Test
  void theSameProblemIsTheBodyOfAnHttpAnswer() {
    assertThat(EventCodec.httpError(Problem.retryAfter(ErrorCode.UNAVAILABLE, "Later.", 100))).asString(StandardCharsets.UTF_8)
        .isEqualTo("{\"error\":{\"code\":\"unavailable\",\"message\":\"Later.\",\"retryable\":true,\"retryAfterMs\":100}}");
  }
}

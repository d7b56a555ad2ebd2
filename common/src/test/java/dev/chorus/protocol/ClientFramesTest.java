package dev.chorus.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.model.Activity;
import dev.chorus.model.CursorPosition;
import dev.chorus.model.Presence;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.ClientFrame.Send;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every golden client frame decodes to what it means. */
class ClientFramesTest {
  private static final RoomId LOBBY = new RoomId("lobby");
  private static final StreamId STREAM = new StreamId("lobby~Ab3");

  private static final Map<String, List<ClientFrame>> MEANING = Map.ofEntries(
      Map.entry("auth",
          List.of(new ClientFrame.Auth("eyJhbGciOiJIUzI1NiJ9.e30.c2ln", null, false), new ClientFrame.Auth("key-1", "mobile", true))),
      Map.entry("heartbeat", List.of(new ClientFrame.Heartbeat(1_767_225_600_000L), new ClientFrame.Heartbeat(null))),
      Map.entry("rooms-list", List.of(new ClientFrame.RoomsList(null, 100), new ClientFrame.RoomsList("lobby", 500))),
      Map.entry("room-join",
          List.of(new ClientFrame.Join(LOBBY, null, null, false, false),
              new ClientFrame.Join(new RoomId("team:7@example.org"), 41L, "k3Zq", true, true),
              new ClientFrame.Join(LOBBY, 0L, null, false, false))),
      Map.entry("room-leave", List.of(new ClientFrame.Leave(LOBBY, false), new ClientFrame.Leave(LOBBY, true))),
      Map.entry("message-send", List.of(
          new Send(LOBBY, "Grüße, 世界 👋\n\"quoted\"", null, Send.Priority.NORMAL, Send.Guarantee.AT_LEAST_ONCE, null, Send.Role.USER, null,
              null, true, null),
          new Send(LOBBY, "x", "c-1", Send.Priority.HIGH, Send.Guarantee.EXACTLY_ONCE, List.of(new UserId("bob"), new UserId("zoë")),
              Send.Role.ASSISTANT,
              "helper", 7L, false, "{\"mood\":\"good\",\"n\":1.5,\"list\":[true,null]}"),
          new Send(LOBBY, "x", null, Send.Priority.LOW, Send.Guarantee.AT_MOST_ONCE, null, Send.Role.SYSTEM, null, null, true, null))),
      Map.entry("message-edit",
          List.of(new ClientFrame.Edit(LOBBY, "m1", "é, corrected", null, null),
              new ClientFrame.Edit(LOBBY, "m1", "x", "e-1", "{\"mood\":\"calm\"}"))),
      Map.entry("message-delete", List.of(new ClientFrame.Delete(LOBBY, "m1", null), new ClientFrame.Delete(LOBBY, "m1", "d-1"))),
      Map.entry("message-read",
          List.of(new ClientFrame.Read(LOBBY, 42L, null, null), new ClientFrame.Read(LOBBY, null, "m1", "{\"screen\":\"phone\"}"))),
      Map.entry("delivery-ack", List.of(new ClientFrame.Delivered(LOBBY, 42))),
      Map.entry("delivery-status", List.of(new ClientFrame.DeliveryStatus(LOBBY, "m1"))),
      Map.entry("delivery-retry", List.of(new ClientFrame.DeliveryRetry(LOBBY, "m1"))),
      Map.entry("delivery-cancel", List.of(new ClientFrame.DeliveryCancel(LOBBY, "m1"))),
      Map.entry("delivery-stats", List.of(new ClientFrame.DeliveryStats())),
      Map.entry("receipts-set", List.of(new ClientFrame.ReceiptsSet(null, false), new ClientFrame.ReceiptsSet(LOBBY, true))),
      Map.entry("queue-drain", List.of(new ClientFrame.QueueDrain())),
      Map.entry("history", List.of(new ClientFrame.History(LOBBY, null, null, 50), new ClientFrame.History(LOBBY, 100L, null, 500),
          new ClientFrame.History(LOBBY, null, 0L, 1))),
      Map.entry("presence-list", List.of(new ClientFrame.PresenceList(LOBBY, null, 500), new ClientFrame.PresenceList(LOBBY, "bob", 50))),
      Map.entry("presence-update", List.of(new ClientFrame.PresenceUpdate(null, Presence.Status.BUSY, null, null, null, null),
          new ClientFrame.PresenceUpdate(LOBBY, Presence.Status.AWAY, "tablet", "{\"mood\":\"good\"}", true,
              ClientFrame.PresenceUpdate.LastSeen.NOBODY),
          new ClientFrame.PresenceUpdate(null, null, null, null, false, ClientFrame.PresenceUpdate.LastSeen.EVERYONE))),
      Map.entry("cursor-move",
          List.of(new ClientFrame.CursorMove(LOBBY, new CursorPosition(10, -20.5, null, null, null)), new ClientFrame.CursorMove(LOBBY,
              new CursorPosition(0.25, 1000, "title", new CursorPosition.Selection(3, 9, "Grüße"), "#1f77b4")))),
      Map.entry("activity-update", List.of(new ClientFrame.ActivityUpdate(LOBBY, Activity.EDITING, null),
          new ClientFrame.ActivityUpdate(LOBBY, Activity.VIEWING, "{\"page\":3}"))),
      Map.entry("typing-start", List.of(new ClientFrame.Typing(LOBBY, null, true), new ClientFrame.Typing(LOBBY, "helper", true))),
      Map.entry("typing-stop", List.of(new ClientFrame.Typing(LOBBY, null, false), new ClientFrame.Typing(LOBBY, "helper", false))),
      Map.entry("stream-start", List.of(
          new ClientFrame.StreamStart(null, "assistant", array("[{'role':'user','content':'Why is the sky blue?'}]"), null, null, null,
              null, "token", null,
              true, false, null),
          new ClientFrame.StreamStart(LOBBY, "assistant", array("[{'role':'system','content':'Be brief.'},{'role':'user','content':'Hi'}]"),
              "main", "helper",
              "p1", (ObjectNode) tree("{'temperature':0.5,'maxTokens':100}"), "sentence",
              array("[{'name':'headline','prompt':'Write one.'}]"), false, true,
              "s-1"))),
      Map.entry("stream-attach",
          List.of(new ClientFrame.StreamAttach(STREAM, null, null), new ClientFrame.StreamAttach(new StreamId("~Ab3"), 12L, "e1"))),
      Map.entry("stream-pause", List.of(new ClientFrame.StreamPause(STREAM))),
      Map.entry("stream-resume", List.of(new ClientFrame.StreamResume(STREAM))),
      Map.entry("stream-cancel-all", List.of(new ClientFrame.StreamCancelAll(LOBBY), new ClientFrame.StreamCancelAll(LOBBY))),
      Map.entry("stream-list", List.of(new ClientFrame.StreamList(LOBBY))),
      Map.entry("stream-metrics", List.of(new ClientFrame.StreamMetrics(STREAM))),
      Map.entry("stream-multiplex",
          List.of(
              new ClientFrame.StreamMultiplex(null,
                  List.of(agent(null, "poet", "assistant", null), agent(null, "critic", "other", (ObjectNode) tree("{'temperature':0}"))),
                  ClientFrame.StreamMultiplex.Merge.PRIORITY),
              new ClientFrame.StreamMultiplex(LOBBY, List.of(agent(LOBBY, "poet", "assistant", null)),
                  ClientFrame.StreamMultiplex.Merge.INTERLEAVE))),
      Map.entry("progress-subscribe",
          List.of(new ClientFrame.ProgressSubscribe("p1", null, null), new ClientFrame.ProgressSubscribe("p1", List.of("writer"), 41L))),
      Map.entry("stream-detach", List.of(new ClientFrame.StreamDetach(STREAM))),
      Map.entry("stream-cancel", List.of(new ClientFrame.StreamCancel(new StreamId("*group~Ab3")))));

  static Set<String> files() {
    return MEANING.keySet();
  }

  @ParameterizedTest
  @MethodSource("files")
  void aGoldenFrameDecodesToWhatItMeans(String file) {
    List<Received> received = GoldenFrames.lines("client/" + file).stream()
        .map(line -> new ClientFrameCodec(Limits.DEFAULT).decode(line, 0, line.length)).toList();
    assertThat(received).allMatch(Received.Frame.class::isInstance).extracting(frame -> ((Received.Frame) frame).frame())
        .containsExactlyElementsOf(MEANING.get(file));
  }

  @Test
  void everyFileIsReadAndEveryTypeHasOne() {
    assertThat(GoldenFrames.files("client")).isEqualTo(MEANING.keySet());
    Set<Class<?>> shown = MEANING.values().stream().flatMap(List::stream).map(ClientFrame::getClass).collect(Collectors.toSet());
    Set<Class<?>> types = types(ClientFrame.class).filter(type -> type != ClientFrame.Unknown.class).collect(Collectors.toSet());
    assertThat(shown).isEqualTo(types);
  }

  private static Stream<Class<?>> types(Class<?> type) {
    return type.isSealed() ? Arrays.stream(type.getPermittedSubclasses()).flatMap(ClientFramesTest::types) : Stream.of(type);
  }

  @Test
  void theIdComesBackAsItWasSent() {
    assertThat(GoldenFrames.lines("client/room-join").stream()
        .map(line -> new ClientFrameCodec(Limits.DEFAULT).decode(line, 0, line.length).id().toString()))
        .containsExactly("1", "\"j-2\"", "3");
    byte[] without = GoldenFrames.lines("client/typing-start").getFirst();
    assertThat(new ClientFrameCodec(Limits.DEFAULT).decode(without, 0, without.length).id()).isNull();
  }

  private static ClientFrame.StreamStart agent(RoomId room, String agentId, String model, ObjectNode options) {
    return new ClientFrame.StreamStart(room, model, array("[{'role':'user','content':'Hi'}]"), null, agentId, null, options, "token", null,
        true, false, null);
  }

  private static ArrayNode array(String json) {
    return (ArrayNode) tree(json);
  }

  private static com.fasterxml.jackson.databind.JsonNode tree(String json) {
    try {
      return Json.read(json.replace('\'', '"'));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}

package dev.chorus.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.bus.StreamRecord;
import dev.chorus.gateway.httpkit.FakeStreaming;
import dev.chorus.gateway.socketkit.TestClient;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.StreamMetrics;
import dev.chorus.protocol.Usage;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What clients ask of streams and projects on a socket. */
@Timeout(180)
final class StreamFramesTest {
  private static final String AGENT = "\"model\":\"assistant\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
  private final TestGateway gateway = TestGateway.start();

  @AfterEach
  void stop() {
    gateway.close();
  }

  private FakeStreaming.Log stream(String id, String room, String user) {
    return gateway.get(() -> gateway.streaming.stream(new StreamId(id), room == null ? null : new RoomId(room), new UserId(user)));
  }

  private static String code(JsonNode answer) {
    return answer.path("data").path("code").asText();
  }

  @Test
  void aStreamIsPausedResumedAndCancelledByItsStarterOnly() {
    stream("~one", null, "ann");
    TestClient ann = gateway.connect("ann");
    TestClient ben = gateway.connect("ben");
    assertThat(ann.ask("stream:pause", null, "{\"streamId\":\"~one\"}").path("status").asText()).isEqualTo("PAUSED");
    assertThat(ann.ask("stream:pause", null, "{\"streamId\":\"~one\"}").path("status").asText()).isEqualTo("PAUSED");
    assertThat(ann.ask("stream:resume", null, "{\"streamId\":\"~one\"}").path("status").asText()).isEqualTo("STREAMING");
    assertThat(code(ben.call("stream:pause", null, "{\"streamId\":\"~one\"}"))).isEqualTo("forbidden");
    assertThat(code(ben.call("stream:metrics", null, "{\"streamId\":\"~one\"}"))).isEqualTo("forbidden");
    assertThat(ann.ask("stream:metrics", null, "{\"streamId\":\"~one\"}").path("chunks").isNumber()).isTrue();
    assertThat(ann.ask("stream:cancel", null, "{\"streamId\":\"~one\"}").path("status").asText()).isEqualTo("CANCELLED");
    assertThat(code(ann.call("stream:pause", null, "{\"streamId\":\"~none\"}"))).isEqualTo("not_found");
    assertThat(code(ann.call("stream:pause", null, "{}"))).isEqualTo("bad_request");
  }

  @Test
  void aRepeatedStartGetsTheFirstAckAgainAndSaysSo() {
    TestClient ann = gateway.connect("ann");
    JsonNode first = ann.ask("stream:start", null, "{" + AGENT + ",\"clientId\":\"c1\"}");
    assertThat(first.has("duplicate")).isFalse();
    JsonNode again = ann.ask("stream:start", null, "{" + AGENT + ",\"clientId\":\"c1\"}");
    assertThat(again.path("duplicate").asBoolean()).isTrue();
    assertThat(again.path("streamId")).isEqualTo(first.path("streamId"));
    assertThat(again.path("epoch")).isEqualTo(first.path("epoch"));
  }

  @Test
  void theStreamsOfARoomAreListedAndCancelledForItsMembers() {
    FakeStreaming.Log hers = stream("lobby~hers", "lobby", "ann");
    stream("lobby~his", "lobby", "ben");
    gateway.does(() -> hers.text("one "));
    TestClient ann = gateway.connect("ann");
    assertThat(code(ann.call("stream:list", null, "{\"room\":\"lobby\"}"))).isEqualTo("not_member");
    assertThat(code(ann.call("stream:cancel-all", null, "{\"room\":\"lobby\"}"))).isEqualTo("not_member");
    ann.join("lobby");
    JsonNode listed = ann.ask("stream:list", null, "{\"room\":\"lobby\"}").path("streams");
    assertThat(listed).hasSize(2);
    assertThat(listed.get(0).path("text").asText()).isEqualTo("one ");
    assertThat(ann.ask("stream:cancel-all", "lobby", "{}").path("streams")).hasSize(1);
    assertThat(ann.ask("stream:list", null, "{\"room\":\"lobby\"}").path("streams")).hasSize(1);
  }

  @Test
  void aGroupIsFollowedByWhoeverStartedItUpToItsEnd() {
    TestClient ann = gateway.connect("ann");
    JsonNode started = ann.ask("stream:multiplex", null,
        "{\"agents\":[{\"agentId\":\"poet\"," + AGENT + "},{\"agentId\":\"critic\"," + AGENT + "}],\"merge\":\"race\"}");
    String group = started.path("groupId").asText();
    String poet = started.path("streams").path("poet").asText();
    String critic = started.path("streams").path("critic").asText();
    assertThat(poet).startsWith("*" + group + "~").isNotEqualTo(critic);
    FakeStreaming.Log first = gateway.get(() -> gateway.streaming.logs.get(new StreamId(poet)));
    gateway.does(() -> {
      first.text("verse");
      first.append(new StreamRecord.End(2, "COMPLETED", "stop", null, new Usage(1, 1, 2, null), null, null,
          new StreamMetrics(1L, 2, 1, 5, 1, 0, 0),
          new Event.StreamGroupEnd(group, Map.of("poet", "COMPLETED"), Map.of("poet", new Usage(1, 1, 2, null)))));
    });
    assertThat(ann.expect("stream:chunk").path("data").path("text").asText()).isEqualTo("verse");
    ann.expect("stream:end");
    JsonNode end = ann.expect("stream:group-end").path("data");
    assertThat(end.path("groupId").asText()).isEqualTo(group);
    assertThat(end.path("streams").path("poet").asText()).isEqualTo("COMPLETED");
  }

  @Test
  void badGroupsStartNothing() {
    TestClient ann = gateway.connect("ann");
    for (String data : new String[]{"{}", "{\"agents\":[]}", "{\"agents\":[7]}", "{\"agents\":[{" + AGENT + "}]}",
        "{\"agents\":[{\"agentId\":\"a\"," + AGENT + "},{\"agentId\":\"a\"," + AGENT + "}]}",
        "{\"agents\":[{\"agentId\":\"a\"," + AGENT + "}],\"merge\":\"shuffle\"}"})
      assertThat(code(ann.call("stream:multiplex", null, data))).describedAs(data).isEqualTo("bad_request");
    assertThat(code(ann.call("stream:multiplex", "lobby", "{\"agents\":[{\"agentId\":\"a\"," + AGENT + "}]}"))).isEqualTo("not_member");
    assertThat(gateway.<Integer>get(() -> gateway.streaming.starts.size())).isZero();
  }

  @Test
  void aProjectIsFollowedFromTheLastEventOn() {
    gateway.does(() -> gateway.progress.say("p1", "{\"agentId\":\"writer\",\"percentage\":1}"));
    gateway.does(() -> gateway.progress.say("p1", "{\"agentId\":\"critic\",\"percentage\":2}"));
    TestClient ann = gateway.connect("ann");
    TestClient ben = gateway.connect("ben");
    JsonNode ack = ann.ask("progress:subscribe", null, "{\"projectId\":\"p1\",\"after\":0,\"agentIds\":[\"critic\"]}");
    assertThat(ack.path("head").asLong()).isEqualTo(2);
    assertThat(ack.path("recovered").asBoolean()).isTrue();
    JsonNode seen = ann.expect("agent:progress");
    assertThat(seen.path("seq").asLong()).isEqualTo(2);
    assertThat(seen.path("data").path("agentId").asText()).isEqualTo("critic");
    ben.ask("progress:subscribe", null, "{\"projectId\":\"p1\"}");
    gateway.does(() -> gateway.progress.say("p1", "{\"scores\":{\"tone\":0.5}}"));
    gateway.does(() -> gateway.progress.say("p1", "{\"agentId\":\"critic\",\"status\":\"completed\"}"));
    for (TestClient each : new TestClient[]{ann, ben}) {
      assertThat(each.expect("quality:update").path("seq").asLong()).isEqualTo(3);
      assertThat(each.expect("agent:complete").path("seq").asLong()).isEqualTo(4);
    }
    assertThat(ben.heard()).isEmpty();
    assertThat(code(ann.call("progress:subscribe", null, "{\"projectId\":\"p1\",\"after\":5}"))).isEqualTo("bad_request");
    assertThat(code(ann.call("progress:subscribe", null, "{}"))).isEqualTo("bad_request");
  }
}

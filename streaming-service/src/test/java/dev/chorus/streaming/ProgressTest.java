package dev.chorus.streaming;

import static dev.chorus.streaming.TestNode.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.bus.GatewayMessage.ProgressFanout;
import dev.chorus.bus.Owners;
import dev.chorus.bus.ProgressClient;
import dev.chorus.bus.ProgressMessage.ProgressEntry;
import dev.chorus.bus.ProgressMessage.ProgressPage;
import dev.chorus.bus.ProgressMessage.PublishProgress;
import dev.chorus.bus.ProgressMessage.PublishedProgress;
import dev.chorus.bus.ProgressMessage.ReadProgress;
import dev.chorus.bus.ProgressMessage.ReadProject;
import dev.chorus.bus.ProgressMessage.WatchProjects;
import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.protocol.Json;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The events of projects on a real database. */
@Timeout(300)
class ProgressTest {
  private TestNode node;
  private ProgressClient client;

  @BeforeEach
  void start() throws Exception {
    node = TestNode.alone(Map.of());
    client = new ProgressClient(node.bus, new Owners(node.vertx, node.bus, node.members));
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
  }

  private long publish(String project, String... reports) throws Exception {
    return await(client.publish(new PublishProgress(project, List.of(reports)))).seq();
  }

  private List<ProgressEntry> read(String project, long after) throws Exception {
    return await(client.read(new ReadProgress(project, after, 500))).entries();
  }

  private static String report(String agent, int percentage) {
    return "{\"agentId\":\"" + agent + "\",\"percentage\":" + percentage + "}";
  }

  private static JsonNode data(ProgressEntry entry) {
    return Json.tree(entry.data());
  }

  @Test
  void eventsAreNumberedPerProjectWithoutGapsHoweverTheyCome() throws Exception {
    List<Future<PublishedProgress>> asked = new ArrayList<>();
    for (int i = 0; i < 50; i++)
      asked.add(client.publish(new PublishProgress("p1", List.of(report("writer", i), report("critic", i)))));
    await(Future.all(asked));
    assertThat(publish("p2", report("writer", 1))).isEqualTo(1);
    assertThat(read("p1", 0)).extracting(ProgressEntry::seq).containsExactlyElementsOf(LongStream.rangeClosed(1, 100).boxed().toList());
    ProgressPage page = await(client.read(new ReadProgress("p1", 98, 1)));
    assertThat(page.entries()).singleElement().matches(entry -> entry.seq() == 99);
    assertThat(page.head().head()).isEqualTo(100);
    assertThat(page.head().floor()).isZero();
    assertThat(read("none", 0)).isEmpty();
  }

  @Test
  void theStateIsTheLatestOfEachAgent() throws Exception {
    publish("p1", report("writer", 1), report("critic", 2), report("writer", 3), "{\"scores\":{\"tone\":1}}");
    List<ProgressEntry> agents = await(client.state(new ReadProject("p1"))).agents();
    assertThat(agents).extracting(ProgressEntry::agentId).containsExactly("critic", "writer");
    assertThat(data(agents.getLast()).path("percentage").asInt()).isEqualTo(3);
    assertThat(await(client.state(new ReadProject("none"))).agents()).isEmpty();
  }

  @Test
  void whoWatchesIsToldWhatIsCommitted() throws Exception {
    publish("p1", report("writer", 1));
    var watched = await(client.watch(node.self, new WatchProjects(node.gateway, List.of("p1", "p2"))));
    assertThat(watched.heads()).singleElement().matches(head -> head.project().equals("p1") && head.head() == 1);
    publish("p1", report("writer", 2), report("writer", 3));
    ProgressFanout told = (ProgressFanout) node.heard.poll(60, TimeUnit.SECONDS);
    assertThat(told.projects()).singleElement()
        .matches(events -> events.project().equals("p1") && events.prev() == 1 && events.entries().size() == 2);
  }

  @Test
  void oneBadReportRefusesAll() throws Exception {
    assertThatThrownBy(() -> publish("p1", report("writer", 1), report("writer", 101))).hasMessageContaining("bad_request");
    assertThatThrownBy(() -> publish("p1", "7")).hasMessageContaining("bad_request");
    assertThat(read("p1", 0)).isEmpty();
  }

  @Test
  void programsElsewherePublishOverTheBus() throws Exception {
    JsonObject event = new JsonObject().put("projectId", "p1").put("agentId", "writer").put("percentage", 10);
    assertThat(await(node.vertx.eventBus().<JsonObject>request("chorus.progress", event)).body()).isEqualTo(new JsonObject().put("seq", 1));
    JsonObject envelope = new JsonObject().put("type", "quality:update").put("data",
        new JsonObject().put("projectId", "p1").put("scores", new JsonObject().put("tone", 0.5)));
    assertThat(await(node.vertx.eventBus().<JsonObject>request("chorus.progress", envelope)).body().getInteger("seq")).isEqualTo(2);
    assertThat(read("p1", 0)).extracting(ProgressEntry::type).containsExactly("agent:progress", "quality:update");
    assertThatThrownBy(() -> await(node.vertx.eventBus().request("chorus.progress", new JsonObject().put("agentId", "writer"))))
        .hasMessageContaining("bad_request: 'projectId'");
  }

  @Test
  void aStreamOfAProjectSaysHowItGoes() throws Exception {
    StartStream plain = TestNode.asking("Say something.");
    StartStream ofProject = new StartStream(plain.stream(), null, plain.user(), plain.request(), false, null, "writer", "p1", "token", null,
        true, false, null, null, true, null, "request-1");
    node.start(ofProject);
    node.ended(plain.stream());
    List<ProgressEntry> events = read("p1", 0);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (events.stream().noneMatch(entry -> entry.type().equals("agent:complete")) && System.nanoTime() < deadline) {
      await(node.vertx.timer(20));
      events = read("p1", 0);
    }
    assertThat(events.getFirst().type()).isEqualTo("agent:progress");
    assertThat(data(events.getFirst()).path("status").asText()).isEqualTo("started");
    assertThat(data(events.getFirst()).path("streamId").asText()).isEqualTo(plain.stream().value());
    ProgressEntry done = events.stream().filter(entry -> entry.type().equals("agent:complete")).findFirst().orElseThrow();
    assertThat(done.agentId()).isEqualTo("writer");
    assertThat(data(done).path("percentage").asInt()).isEqualTo(100);
    assertThat(data(done).path("tokensUsed").asLong()).isPositive();
  }
}

package dev.chorus.streaming;

import dev.chorus.bus.Addresses;
import dev.chorus.bus.Bus;
import dev.chorus.bus.BusMessage;
import dev.chorus.bus.GatewayMessage;
import dev.chorus.bus.Owners;
import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamingClient;
import dev.chorus.bus.StreamingMessage.ReadStream;
import dev.chorus.bus.StreamingMessage.StartGroup;
import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.bus.StreamingMessage.StartedStream;
import dev.chorus.bus.StreamingMessage.StreamPage;
import dev.chorus.cluster.MemberState;
import dev.chorus.cluster.MemberTable;
import dev.chorus.cluster.Role;
import dev.chorus.config.Settings;
import dev.chorus.database.DatabaseConfig;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.NodeId;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import dev.chorus.model.Words;
import dev.chorus.node.Health;
import dev.chorus.node.NodeContext;
import dev.chorus.testkit.TestPostgres;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A streaming node with a real database behind a local bus, a gateway that writes down what it hears, and the calls as a gateway makes them. */
final class TestNode implements AutoCloseable {
  static final UserId ANNA = new UserId("anna");
  static final UserId BEN = new UserId("ben");
  final Vertx vertx;
  final Bus bus;
  final NodeId self;
  final NodeId gateway;
  final MemberTable members;
  final StreamingService service = new StreamingService();
  final StreamingClient client;
  final BlockingQueue<GatewayMessage> heard = new LinkedBlockingQueue<>();

  /** The simulated provider as it is without a file, but that it may be silent for as long as a slow machine takes. */
  private static final String SIMULATED = "{\"name\":\"sim\",\"dialect\":\"simulated\",\"tokensPerSecond\":%d,"
      + "\"firstTokenTimeoutMs\":600000,\"interChunkTimeoutMs\":600000,\"totalTimeoutMs\":600000}";
  private static final String ANY_MODEL = "{\"name\":\"*\",\"targets\":[{\"provider\":\"sim\"}]}";
  private static final int TOKENS_PER_SECOND = 50;
  private final boolean guest;

  private TestNode(Vertx vertx, Bus bus, boolean guest, DatabaseConfig database, String name, Map<String, String> settings)
      throws Exception {
    this.vertx = vertx;
    this.guest = guest;
    this.bus = bus;
    this.self = new NodeId(name);
    this.gateway = new NodeId("gateway-of-" + name);
    this.members = new MemberTable(self, EnumSet.of(Role.STREAMING));
    members.joined(gateway, Set.of(Role.GATEWAY));
    members.says(gateway, MemberState.SERVING);
    Map<String, String> all = new HashMap<>(simulating(TOKENS_PER_SECOND));
    all.putAll(settings);
    all.put(DatabaseConfig.KEY, TestPostgres.url(database));
    await(bus.serve(Addresses.gateway(gateway), message -> {
      heard.add(message);
      return Future.succeededFuture(BusMessage.Done.DONE);
    }));
    await(service
        .start(new NodeContext(vertx, self, members, bus, Settings.of(all), new SimpleMeterRegistry(), new Health(), Clock.systemUTC())));
    members.says(self, MemberState.SERVING);
    client = new StreamingClient(bus, new Owners(vertx, bus, members));
  }

  /** Settings with the simulated provider at that pace. */
  static Map<String, String> simulating(int tokensPerSecond) throws IOException {
    return providers(SIMULATED.formatted(tokensPerSecond), ANY_MODEL);
  }

  /** Settings with another provider, for models of its own, beside the simulated one. */
  static Map<String, String> simulatingBeside(String provider, String model) throws IOException {
    return providers(SIMULATED.formatted(TOKENS_PER_SECOND) + "," + provider, model + "," + ANY_MODEL);
  }

  private static Map<String, String> providers(String providers, String models) throws IOException {
    Path file = Files.createTempFile("providers", ".json");
    file.toFile().deleteOnExit();
    Files.writeString(file, "{\"providers\":[" + providers + "],\"models\":[" + models + "]}");
    return Map.of("CHORUS_PROVIDERS", file.toString());
  }

  /** The only node there is. */
  static TestNode alone(Map<String, String> settings) throws Exception {
    return alone(TestPostgres.fresh(), settings);
  }

  static TestNode alone(DatabaseConfig database, Map<String, String> settings) throws Exception {
    Vertx vertx = Vertx.vertx();
    return new TestNode(vertx, new Bus(vertx), false, database, "streaming-a", settings);
  }

  /** Another node on the same bus and database, both in the list of members, so that neither takes the other for dead. Who serves for whom is for the test to say. */
  TestNode beside(DatabaseConfig database, String name, Map<String, String> settings) throws Exception {
    TestNode other = new TestNode(vertx, bus, true, database, name, settings);
    other.members.joined(self, Set.of(Role.STREAMING));
    members.joined(other.self, Set.of(Role.STREAMING));
    return other;
  }

  /** Done when the node has heard of all that its members' table was told. */
  void heedsMembers() throws Exception {
    await(client.figures(self));
  }

  static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  static StartStream asking(String prompt) {
    return new Asking(prompt).start();
  }

  StartedStream start(StartStream start) throws Exception {
    return await(client.start(start));
  }

  /** The whole log of a stream once it has ended. */
  List<StreamRecord> ended(StreamId stream) throws Exception {
    return ended(stream, 0);
  }

  /** The log of a stream behind {@code after}, once it has ended. */
  List<StreamRecord> ended(StreamId stream, long after) throws Exception {
    return awaited("the stream has ended", stream, after,
        page -> !page.records().isEmpty() && page.records().getLast() instanceof StreamRecord.End).records();
  }

  /** Waits until so many records of the stream are in the log. */
  void awaitHead(StreamId stream, long head) throws Exception {
    awaited("the stream has come so far", stream, 0, page -> page.head() >= head);
  }

  private StreamPage awaited(String what, StreamId stream, long after, Predicate<StreamPage> condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (System.nanoTime() < deadline) {
      Optional<StreamPage> page = await(client.read(new ReadStream(stream, after, 1000)).map(Optional::of).recover(TestNode::notNow));
      if (page.isPresent() && condition.test(page.get()))
        return page.get();
      await(vertx.timer(20));
    }
    throw new AssertionError("Not within a minute: " + what);
  }

  /** A log that cannot be read for the moment is asked again. */
  private static Future<Optional<StreamPage>> notNow(Throwable failure) {
    ErrorCode code = Refusal.problemOf(failure).code();
    return code == ErrorCode.UNAVAILABLE || code == ErrorCode.TIMEOUT
        ? Future.succeededFuture(Optional.empty())
        : Future.failedFuture(failure);
  }

  static StreamRecord.End end(List<StreamRecord> records) {
    return (StreamRecord.End) records.getLast();
  }

  /** What a reader has who heeds every reset. */
  static String text(List<StreamRecord> records) {
    List<StreamRecord.Chunk> chunks = new ArrayList<>();
    for (StreamRecord record : records)
      switch (record) {
        case StreamRecord.Chunk chunk -> chunks.add(chunk);
        case StreamRecord.Notice notice when notice.notice().equals("reset") -> chunks.removeIf(chunk -> chunk.seq() > notice.fromSeq());
        default -> {
          // Nothing of the text.
        }
      }
    StringBuilder text = new StringBuilder();
    for (StreamRecord.Chunk chunk : chunks)
      if (chunk.kind() == StreamRecord.Kind.CONTENT)
        text.append(chunk.text());
    return text.toString();
  }

  static List<String> notices(List<StreamRecord> records) {
    return records.stream().filter(StreamRecord.Notice.class::isInstance).map(record -> ((StreamRecord.Notice) record).notice()).toList();
  }

  /** A group without a room, one agent per prompt: agent-0, agent-1 … */
  static StartGroup group(String merge, String... prompts) {
    String word = Words.random(16);
    List<StartStream> agents = new ArrayList<>();
    for (String prompt : prompts) {
      StartStream it = asking(prompt);
      agents.add(new StartStream(StreamId.ofGroup(null, word, Words.random(16)), null, ANNA, it.request(), false, null,
          "agent-" + agents.size(), null,
          null, null, true, false, null, null, true, null, "request-1"));
    }
    return new StartGroup(word, agents, merge);
  }

  @Override
  public void close() throws Exception {
    await(service.stop());
    if (!guest)
      await(vertx.close());
  }

  /** A request to start a stream, changed from the plain one. */
  record Asking(String prompt, RoomId room, UserId user, String model, boolean raw, boolean continues, String clientId, String hash,
      NodeId gateway) {
    Asking(String prompt) {
      this(prompt, null, ANNA, "assistant", false, true, null, null, null);
    }

    Asking in(String name) {
      return new Asking(prompt, new RoomId(name), user, model, raw, continues, clientId, hash, gateway);
    }

    Asking by(UserId who) {
      return new Asking(prompt, room, who, model, raw, continues, clientId, hash, gateway);
    }

    Asking of(String what) {
      return new Asking(prompt, room, user, what, raw, continues, clientId, hash, gateway);
    }

    Asking keepingFrames() {
      return new Asking(prompt, room, user, model, true, continues, clientId, hash, gateway);
    }

    Asking onlyFor(NodeId reader) {
      return new Asking(prompt, room, user, model, raw, false, clientId, hash, reader);
    }

    Asking watchedBy(NodeId reader) {
      return new Asking(prompt, room, user, model, raw, continues, clientId, hash, reader);
    }

    Asking once(String id, String requestHash) {
      return new Asking(prompt, room, user, model, raw, continues, id, requestHash, gateway);
    }

    StartStream start() {
      String request = dev.chorus.protocol.Json
          .text(Map.of("model", model, "messages", List.of(Map.of("role", "user", "content", prompt))));
      return new StartStream(StreamId.of(room, Words.random(16)), room, user, request, raw, null, null, null, null, null, continues, false,
          clientId, hash, true,
          gateway, "request-1");
    }
  }
}

package dev.chorus.delivery;

import dev.chorus.bus.Addresses;
import dev.chorus.bus.Bus;
import dev.chorus.bus.BusMessage;
import dev.chorus.bus.DeliveryClient;
import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.bus.DeliveryMessage.Connected;
import dev.chorus.bus.DeliveryMessage.HistoryPage;
import dev.chorus.bus.DeliveryMessage.JoinRoom;
import dev.chorus.bus.DeliveryMessage.JoinedRoom;
import dev.chorus.bus.DeliveryMessage.LogPage;
import dev.chorus.bus.DeliveryMessage.ReadHistory;
import dev.chorus.bus.DeliveryMessage.ReadLog;
import dev.chorus.bus.DeliveryMessage.RoomHead;
import dev.chorus.bus.DeliveryMessage.RoomWatch;
import dev.chorus.bus.DeliveryMessage.SendMessages;
import dev.chorus.bus.DeliveryMessage.Verdict;
import dev.chorus.bus.DeliveryMessage.WatchRooms;
import dev.chorus.bus.GatewayMessage;
import dev.chorus.bus.GatewayMessage.RoomDigest;
import dev.chorus.bus.Owners;
import dev.chorus.bus.TrackingMessage.Mark;
import dev.chorus.bus.TrackingMessage.MarkVerdict;
import dev.chorus.bus.TrackingMessage.MoveMarks;
import dev.chorus.bus.TrackingMessage.ReadDelivery;
import dev.chorus.bus.TrackingMessage.ReadStatistics;
import dev.chorus.cluster.MemberState;
import dev.chorus.cluster.MemberTable;
import dev.chorus.cluster.Role;
import dev.chorus.config.Settings;
import dev.chorus.database.DatabaseConfig;
import dev.chorus.model.NodeId;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.node.Health;
import dev.chorus.node.NodeContext;
import dev.chorus.protocol.Ack;
import dev.chorus.testkit.Eventually;
import dev.chorus.testkit.MovingClock;
import dev.chorus.testkit.TestPostgres;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The service on a bus of its own, believing that it is the only delivery node; tests speak to it by its client, as gateways do. */
final class DeliveryNode implements AutoCloseable {
  private static final long LIMIT_SECONDS = 60;
  final NodeId self;
  final MemberTable cluster;
  final DeliveryClient client;
  final Health health = new Health();
  private final Vertx vertx = Vertx.vertx();
  private final Bus bus = new Bus(vertx);
  private final DeliveryService service = new DeliveryService();

  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

  private DeliveryNode(DatabaseConfig database, String name, Map<String, String> more, Clock clock) {
    self = new NodeId(name);
    cluster = new MemberTable(self, Set.of(Role.DELIVERY));
    client = new DeliveryClient(bus, new Owners(vertx, bus, cluster));
    Map<String, String> environment = new HashMap<>(more);
    environment.put(DatabaseConfig.KEY, TestPostgres.url(database));
    Settings settings = Settings.of(environment);
    service.configure(settings);
    await(service.start(new NodeContext(vertx, self, cluster, bus, settings, metrics, health, clock)));
    cluster.says(self, MemberState.SERVING);
  }

  static DeliveryNode start(DatabaseConfig database) {
    return start(database, "delivery-1", Map.of());
  }

  /** Its time stands still: what the machine does not do at once, it does not take for something that has failed. */
  static DeliveryNode start(DatabaseConfig database, String name, Map<String, String> more) {
    return start(database, name, more, new MovingClock());
  }

  static DeliveryNode start(DatabaseConfig database, String name, Map<String, String> more, Clock clock) {
    return new DeliveryNode(database, name, more, clock);
  }

  /** The answer, or the exception that the future failed with. */
  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException cause)
        throw cause;
      throw new IllegalStateException(failed);
    } catch (InterruptedException | TimeoutException failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** Why a call was refused. */
  static Problem refusal(Future<?> future) {
    try {
      await(future);
    } catch (Refusal refusal) {
      return refusal.problem();
    }
    throw new AssertionError("It was not refused.");
  }

  JoinedRoom join(String room, String user) {
    return await(client.join(new JoinRoom(new RoomId(room), new UserId(user))));
  }

  Future<List<Verdict>> sending(List<Append> messages) {
    return client.send(self, new SendMessages(messages)).map(answer -> answer.verdicts());
  }

  List<Verdict> send(Append... messages) {
    return await(sending(List.of(messages)));
  }

  /** One message that is expected to be stored. */
  Ack.Sent sent(Append message) {
    Verdict verdict = send(message).getFirst();
    if (verdict.sent() == null)
      throw new AssertionError("refused: " + verdict);
    return verdict.sent();
  }

  LogPage read(String room, long after, int limit) {
    return await(client.read(new ReadLog(new RoomId(room), after, limit)));
  }

  HistoryPage history(String room, String user, Long before, Long after, int limit) {
    return await(client.history(new ReadHistory(new RoomId(room), new UserId(user), false, before, after, limit)));
  }

  List<RoomHead> watch(Gateway gateway, String... rooms) {
    List<RoomWatch> watches = List.of(rooms).stream().map(room -> new RoomWatch(new RoomId(room), -1, List.of())).toList();
    return await(client.watch(self, new WatchRooms(gateway.id, watches, List.of()))).heads();
  }

  /** Says who is connected to a room that the gateway watches, and acks there. */
  void connected(Gateway gateway, String room, boolean acks, String... users) {
    List<Connected> connected = List.of(users).stream().map(user -> new Connected(new UserId(user), acks)).toList();
    await(client.watch(self, new WatchRooms(gateway.id, List.of(new RoomWatch(new RoomId(room), -1, connected)), List.of())));
  }

  /** Says who is connected to a room that the gateway watches, each with whether they ack there; done when the node knows where they stand. */
  void connected(Gateway gateway, String room, Map<String, Boolean> users) {
    List<Connected> connected = users.entrySet().stream().map(user -> new Connected(new UserId(user.getKey()), user.getValue())).toList();
    await(client.watch(self, new WatchRooms(gateway.id, List.of(new RoomWatch(new RoomId(room), -1, connected)), List.of())));
    Eventually.await("marks are read", Duration.ofSeconds(LIMIT_SECONDS),
        () -> metrics.get("chorus.delivery.retries.unknown").gauge().value() == 0);
  }

  /** The gateway has nobody there any more. */
  void unwatched(Gateway gateway, String room) {
    await(client.watch(self, new WatchRooms(gateway.id, List.of(), List.of(new RoomId(room)))));
  }

  Ack.Statistics statistics(String user) {
    return await(client.statistics(new ReadStatistics(new UserId(user)))).figures();
  }

  MarkVerdict mark(String room, String user, Long delivered, Long read) {
    return marks(new Mark(new RoomId(room), new UserId(user), delivered, read, null, null)).getFirst();
  }

  List<MarkVerdict> marks(Mark... marks) {
    return await(client.mark(self, new MoveMarks(List.of(marks)))).verdicts();
  }

  Ack.Delivery delivery(String room, String asker, String messageId) {
    return await(client.delivery(new ReadDelivery(new RoomId(room), new UserId(asker), false, messageId))).delivery();
  }

  /** What the record says of that user. */
  Ack.Delivery.Recipient recipient(String room, String user, String messageId) {
    return await(client.delivery(new ReadDelivery(new RoomId(room), new UserId("root"), true, messageId))).delivery().recipients().stream()
        .filter(one -> one.user().value().equals(user)).findFirst().orElseThrow();
  }

  /** A gateway on this node's bus that keeps what it is told. */
  Gateway gateway(String name) {
    Gateway gateway = new Gateway(new NodeId(name));
    await(bus.serve(Addresses.gateway(gateway.id), message -> {
      gateway.told.add(message);
      return Future.succeededFuture(BusMessage.Done.DONE);
    }));
    cluster.joined(gateway.id, Set.of(Role.GATEWAY));
    return gateway;
  }

  /** Done when the gateway has heard everything that was told before. */
  void heard(Gateway gateway) {
    await(bus.request(Addresses.gateway(gateway.id), new RoomDigest(self, List.of()), BusMessage.Done.class, Duration.ofMinutes(1)));
  }

  static final class Gateway {
    final NodeId id;
    final BlockingQueue<GatewayMessage> told = new LinkedBlockingQueue<>();

    Gateway(NodeId id) {
      this.id = id;
    }

    /** The next message of that type; others before it are skipped. */
    <M extends GatewayMessage> M expect(Class<M> type) {
      try {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (System.nanoTime() < deadline) {
          GatewayMessage next = told.poll(1, TimeUnit.SECONDS);
          if (type.isInstance(next))
            return type.cast(next);
        }
      } catch (InterruptedException interrupted) {
        throw new IllegalStateException(interrupted);
      }
      throw new AssertionError("The gateway was not told " + type.getSimpleName());
    }
  }

  /** As programs of others have it. */
  EventBus eventBus() {
    return vertx.eventBus();
  }

  Future<Void> drain() {
    return service.drain();
  }

  @Override
  public void close() {
    await(service.stop());
    await(vertx.close());
  }
}

package dev.chorus.delivery;

import static dev.chorus.delivery.DeliveryNode.await;
import static dev.chorus.delivery.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.bus.DeliveryMessage.UserChange;
import dev.chorus.bus.DeliveryMessage.WatchRooms;
import dev.chorus.bus.GatewayMessage;
import dev.chorus.bus.GatewayMessage.Redelivery;
import dev.chorus.bus.GatewayMessage.RedeliveryFanout;
import dev.chorus.bus.GatewayMessage.UserFanout;
import dev.chorus.bus.GatewayMessage.UserNotice;
import dev.chorus.bus.TrackingMessage.CancelDelivery;
import dev.chorus.bus.TrackingMessage.ReadStatistics;
import dev.chorus.bus.TrackingMessage.RetryDelivery;
import dev.chorus.database.DatabaseConfig;
import dev.chorus.delivery.DeliveryNode.Gateway;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Ack;
import dev.chorus.protocol.Json;
import dev.chorus.testkit.Eventually;
import dev.chorus.testkit.MovingClock;
import dev.chorus.testkit.TestPostgres;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RetryingTest {
  private static final DatabaseConfig DATABASE = TestPostgres.fresh();
  private static final Map<String, String> QUICK = Map.of("CHORUS_DELIVERY_TIMEOUT_MS", "150", "CHORUS_RETRY_MAX", "3",
      "CHORUS_RETRY_BASE_MS",
      "20", "CHORUS_RETRY_MAX_MS", "50");
  private static final Duration LIMIT = Duration.ofSeconds(60);
  /** Between two rounds of the lanes, which ask for the time twice, the wheel turns at least once. */
  private static final int READS_OF_A_TURN = 6;
  private final MovingClock clock = new MovingClock();
  /** Of this test alone: what another one has left to fail is not heard here. */
  private DeliveryNode node;

  @BeforeEach
  void start() {
    node = DeliveryNode.start(DATABASE, "delivery-1", QUICK, clock);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private static Gateway gatewayWith(DeliveryNode node, String name, String room, boolean acks, String user) {
    Gateway gateway = node.gateway(name);
    node.cluster.says(gateway.id, dev.chorus.cluster.MemberState.SERVING);
    node.connected(gateway, room, acks, user);
    return gateway;
  }

  private static JsonNode json(byte[] envelope) {
    try {
      return Json.read(envelope, 0, envelope.length);
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Test
  void whatIsNotAckedComesAgainAndThenFails() {
    node.join("r1", "ada");
    node.join("r1", "bob");
    Gateway gateway = gatewayWith(node, "g-1", "r1", true, "bob");
    Ack.Sent sent = node.sent(message("r1", "ada", "1", "hello?"));
    for (int attempt = 1; attempt <= 3; attempt++) {
      Redelivery again = inTime(clock, gateway, RedeliveryFanout.class).redeliveries().getFirst();
      assertThat(again).extracting(Redelivery::room, Redelivery::user).containsExactly(new RoomId("r1"), new UserId("bob"));
      JsonNode frame = json(again.envelope());
      assertThat(frame.get("redelivered").booleanValue()).isTrue();
      assertThat(frame.get("seq").longValue()).isEqualTo(sent.seq());
      assertThat(frame.get("data").get("content").textValue()).isEqualTo("hello?");
    }
    JsonNode failure = failureInTime(clock, gateway, "ada");
    assertThat(failure.get("type").textValue()).isEqualTo("message:status");
    assertThat(failure.get("room").textValue()).isEqualTo("r1");
    assertThat(failure.get("data").toString()).startsWith(
        "{\"messageId\":\"" + sent.messageId() + "\",\"seq\":1,\"user\":\"bob\",\"status\":\"FAILED\",\"reason\":\"timeout\",\"at\":");
    Ack.Delivery.Recipient failed = node.recipient("r1", "bob", sent.messageId());
    assertThat(failed).extracting(Ack.Delivery.Recipient::status, Ack.Delivery.Recipient::attempts, Ack.Delivery.Recipient::reason)
        .containsExactly("FAILED", 3, "timeout");
    assertThat(failed.history()).containsEntry("FAILED", failure.get("data").get("at").longValue());

    Ack.Delivery retried = await(node.client.retry(new RetryDelivery(new RoomId("r1"), new UserId("ada"), false, sent.messageId())))
        .delivery();
    assertThat(retried.status()).isEqualTo("PENDING");
    inTime(clock, gateway, RedeliveryFanout.class);
    node.mark("r1", "bob", 1L, null);
    Ack.Delivery.Recipient delivered = node.recipient("r1", "bob", sent.messageId());
    assertThat(delivered.status()).isEqualTo("DELIVERED");
  }

  /** Moves a node's time on, more than any wait each time, until the gateway is told such a message. Others stay: a slow database does not let them come in their order. */
  private static <M extends GatewayMessage> M inTime(MovingClock clock, Gateway gateway, Class<M> type) {
    long limit = System.nanoTime() + LIMIT.toNanos();
    while (gateway.told.stream().noneMatch(type::isInstance) && System.nanoTime() < limit) {
      clock.pass(1_000);
      Eventually.await("everybody was looked at", LIMIT, () -> clock.reads() >= READS_OF_A_TURN);
    }
    M found = gateway.told.stream().filter(type::isInstance).map(type::cast).findFirst()
        .orElseThrow(() -> new AssertionError("The gateway was not told " + type.getSimpleName()));
    gateway.told.remove(found);
    return found;
  }

  private static JsonNode failureInTime(MovingClock clock, Gateway gateway, String sender) {
    while (true) {
      for (UserNotice notice : inTime(clock, gateway, UserFanout.class).notices()) {
        if (notice.user().value().equals(sender))
          return json(notice.envelope());
      }
    }
  }

  @Test
  void whoAcksOrDoesNotAckAtAllIsLeftInPeace() {
    for (String user : List.of("ada", "bob", "cyn", "dan"))
      node.join("r2", user);
    Gateway gateway = gatewayWith(node, "g-2", "r2", true, "bob");
    Gateway other = gatewayWith(node, "g-2b", "r2", false, "cyn");
    Gateway last = gatewayWith(node, "g-2c", "r2", true, "dan");
    Ack.Sent quiet = node.sent(Messages.withoutAck(message("r2", "ada", "0", "no answer needed")));
    Ack.Sent sent = node.sent(message("r2", "ada", "1", "hello?"));
    node.mark("r2", "bob", sent.seq(), null);
    // By the time that dan has failed, bob and cyn would have been tried.
    JsonNode failure = failureInTime(clock, last, "ada");
    assertThat(failure.get("data").get("user").textValue()).isEqualTo("dan");
    assertThat(failure.get("data").get("seq").longValue()).as("only what asks for an ack fails").isEqualTo(sent.seq());
    assertThat(node.recipient("r2", "bob", sent.messageId()).status()).isEqualTo("DELIVERED");
    assertThat(node.recipient("r2", "cyn", sent.messageId()).status()).isEqualTo("SENT");
    assertThat(node.recipient("r2", "dan", quiet.messageId()).status()).isEqualTo("SENT");
    assertThat(other.told).noneMatch(RedeliveryFanout.class::isInstance);
    assertThat(gateway.told).noneMatch(told -> told instanceof RedeliveryFanout again
        && again.redeliveries().stream().anyMatch(one -> one.user().value().equals("bob")));
  }

  @Test
  void aMessageThatAClientCannotTakeDoesNotHoldUpThoseBehindIt() {
    node.join("r3", "ada");
    node.join("r3", "bob");
    Gateway gateway = gatewayWith(node, "g-3", "r3", true, "bob");
    node.send(message("r3", "ada", "1", "poison"), message("r3", "ada", "2", "fine"), message("r3", "ada", "3", "fine too"));
    var again = new java.util.TreeSet<Long>();
    while (again.size() < 3)
      inTime(clock, gateway, RedeliveryFanout.class).redeliveries().forEach(one -> again.add(json(one.envelope()).get("seq").longValue()));
    assertThat(again).containsExactly(1L, 2L, 3L);
  }

  @Test
  void theNextOwnerGoesOnFromTheLog() {
    node.join("r4", "ada");
    node.join("r4", "bob");
    Ack.Sent sent = node.sent(message("r4", "ada", "1", "before the owner died"));
    try (DeliveryNode next = DeliveryNode.start(DATABASE, "delivery-next", QUICK, clock)) {
      Gateway gateway = gatewayWith(next, "g-4", "r4", true, "bob");
      assertThat(json(inTime(clock, gateway, RedeliveryFanout.class).redeliveries().getFirst().envelope()).get("seq").longValue())
          .isEqualTo(sent.seq());
      assertThat(failureInTime(clock, gateway, "ada").get("data").get("messageId").textValue()).isEqualTo(sent.messageId());
      assertThat(next.recipient("r4", "bob", sent.messageId()).attempts()).isEqualTo(3);
    }
  }

  @Test
  void aCancelledMessageIsNotTriedAgainAndWhoLeavesIsNot() {
    for (String user : List.of("ada", "bob", "cyn"))
      node.join("r5", user);
    Gateway gateway = gatewayWith(node, "g-5", "r5", true, "bob");
    Gateway leaving = gatewayWith(node, "g-5b", "r5", true, "cyn");
    Ack.Sent cancelled = node.sent(message("r5", "ada", "1", "never mind"));
    await(node.client.cancel(new CancelDelivery(new RoomId("r5"), new UserId("ada"), false, cancelled.messageId())));
    await(node.client.watch(node.self,
        new WatchRooms(leaving.id, List.of(), List.of(), List.of(new UserChange(new RoomId("r5"), new UserId("cyn"), false, false)))));
    Ack.Sent sent = node.sent(message("r5", "ada", "2", "but this"));
    assertThat(failureInTime(clock, gateway, "ada").get("data").get("seq").longValue()).isEqualTo(sent.seq());
    assertThat(node.recipient("r5", "bob", cancelled.messageId()).status()).isEqualTo("CANCELLED");
    assertThat(node.recipient("r5", "cyn", sent.messageId()).status()).as("it waits").isEqualTo("SENT");
    List<GatewayMessage> told = List.copyOf(leaving.told);
    assertThat(told).noneMatch(RedeliveryFanout.class::isInstance);
  }

  @Test
  void whereNothingIsTriedOfItselfTheFiguresStillSayWhatFailed() {
    try (DeliveryNode node = DeliveryNode.start(DATABASE, "delivery-once",
        Map.of("CHORUS_DELIVERY_TIMEOUT_MS", "50", "CHORUS_RETRY_MAX", "0", "CHORUS_RETRY_BASE_MS", "20", "CHORUS_RETRY_MAX_MS", "20"),
        clock)) {
      node.join("r6", "zoe");
      node.join("r6", "bob");
      Gateway gateway = gatewayWith(node, "g-6", "r6", true, "bob");
      Ack.Sent sent = node.sent(message("r6", "zoe", "1", "hello?"));
      failureInTime(clock, gateway, "zoe");
      assertThat(gateway.told).noneMatch(RedeliveryFanout.class::isInstance);
      await(node.client.retry(new RetryDelivery(new RoomId("r6"), new UserId("zoe"), false, sent.messageId())));
      inTime(clock, gateway, RedeliveryFanout.class);
      failureInTime(clock, gateway, "zoe");
      Ack.Statistics figures = await(node.client.statistics(new ReadStatistics(new UserId("zoe")))).figures();
      assertThat(figures).extracting(Ack.Statistics::total, Ack.Statistics::pending, Ack.Statistics::failed, Ack.Statistics::retries)
          .containsExactly(1L, 0L, 1L, 1L);
    }
  }

  /** A new owner is told of everybody at once. */
  @Test
  void whoIsFarBehindHidesNobodysMessages() {
    for (String user : List.of("yan", "ada", "bob"))
      node.join("r7", user);
    for (int from = 0; from < 1_200; from += 200)
      node.send(IntStream.range(from, from + 200).mapToObj(i -> message("r7", "yan", "n" + i, "one of many")).toArray(Append[]::new));
    node.mark("r7", "bob", 1_199L, null);
    try (DeliveryNode next = DeliveryNode.start(DATABASE, "delivery-next", QUICK, clock)) {
      Gateway gateway = next.gateway("g-7");
      next.connected(gateway, "r7", Map.of("ada", true, "bob", true));
      Redelivery bobs = null;
      while (bobs == null)
        bobs = inTime(clock, gateway, RedeliveryFanout.class).redeliveries().stream().filter(one -> one.user().value().equals("bob"))
            .findFirst()
            .orElse(null);
      assertThat(json(bobs.envelope()).get("seq").longValue()).isEqualTo(1_200);
    }
  }

  /** More than is read at once, and nothing of it is ever acked. */
  @Test
  void whoStaysIsTriedAllThatWaitsForThem() {
    int count = 1_300;
    for (String user : List.of("yan", "ada"))
      node.join("r8", user);
    for (int from = 0; from < count; from += 100)
      node.send(IntStream.range(from, from + 100).mapToObj(i -> message("r8", "yan", "n" + i, "one of many")).toArray(Append[]::new));
    Gateway gateway = gatewayWith(node, "g-8", "r8", true, "ada");
    node.sent(message("r8", "yan", "live", "while it goes on"));
    var again = new java.util.TreeSet<Long>();
    while (again.size() <= count)
      inTime(clock, gateway, RedeliveryFanout.class).redeliveries().forEach(one -> again.add(json(one.envelope()).get("seq").longValue()));
    assertThat(again).first().isEqualTo(1L);
    assertThat(again).last().isEqualTo(count + 1L);
  }
}

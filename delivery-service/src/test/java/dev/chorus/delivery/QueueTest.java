package dev.chorus.delivery;

import static dev.chorus.delivery.DeliveryNode.await;
import static dev.chorus.delivery.Messages.as;
import static dev.chorus.delivery.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.bus.GatewayMessage.UserFanout;
import dev.chorus.bus.QueueMessage.DropQueue;
import dev.chorus.bus.QueueMessage.ReadQueue;
import dev.chorus.bus.QueueMessage.ReadWaiting;
import dev.chorus.bus.QueueMessage.SweepQueues;
import dev.chorus.bus.QueueMessage.WaitingEntry;
import dev.chorus.bus.QueueMessage.WaitingPage;
import dev.chorus.bus.QueueMessage.WaitingQueue;
import dev.chorus.bus.QueueMessage.WaitingRoom;
import dev.chorus.bus.TrackingMessage.CancelDelivery;
import dev.chorus.bus.TrackingMessage.ReadStatistics;
import dev.chorus.bus.TrackingMessage.RetryDelivery;
import dev.chorus.database.DatabaseConfig;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Ack;
import dev.chorus.protocol.ClientFrame.Send;
import dev.chorus.testkit.Eventually;
import dev.chorus.testkit.MovingClock;
import dev.chorus.testkit.TestPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class QueueTest {
  private static final int MAX = 100;
  private static final DatabaseConfig DATABASE = TestPostgres.fresh();
  /** Goes on a little with whatever is sent, since the oldest is dropped first. */
  private static final MovingClock CLOCK = new MovingClock();
  private static DeliveryNode node;

  @BeforeAll
  static void start() {
    node = DeliveryNode.start(DATABASE, "delivery-1", Map.of("CHORUS_QUEUE_MAX", "" + MAX), CLOCK);
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static WaitingQueue queue(String user) {
    return await(node.client.queue(new ReadQueue(new UserId(user))));
  }

  /** Everything that a drain would send of the room. */
  private static List<Long> drained(String room, String user, long after, int limit) {
    List<Long> seqs = new ArrayList<>();
    WaitingPage page;
    do {
      page = await(node.client.waiting(new ReadWaiting(new RoomId(room), new UserId(user), after, limit)));
      page.entries().stream().map(WaitingEntry::seq).forEach(seqs::add);
      assertThat(page.upTo()).isGreaterThan(after);
      after = page.upTo();
    } while (after < page.head());
    return seqs;
  }

  private static List<Ack.Sent> sent(String room, String sender, Send.Priority priority, String prefix, int count) {
    CLOCK.pass(1);
    List<Append> batch = new ArrayList<>();
    for (int i = 0; i < count; i++)
      batch.add(as(message(room, sender, prefix + i, prefix + i), Send.Role.USER, null, priority));
    return await(node.sending(batch)).stream().map(verdict -> verdict.sent()).toList();
  }

  @Test
  void whatWaitsIsWhatOthersSentAboveTheMark() {
    for (String room : List.of("q1a", "q1b", "q1c")) {
      node.join(room, "ada");
      node.join(room, "uma");
    }
    sent("q1a", "ada", Send.Priority.NORMAL, "n", 3);
    sent("q1a", "uma", Send.Priority.NORMAL, "own", 2);
    List<Ack.Sent> low = sent("q1a", "ada", Send.Priority.LOW, "l", 2);
    node.mark("q1a", "uma", 1L, null);
    await(node.client.cancel(new CancelDelivery(new RoomId("q1a"), new UserId("ada"), false, low.getFirst().messageId())));
    sent("q1b", "ada", Send.Priority.HIGH, "h", 1);
    sent("q1c", "uma", Send.Priority.HIGH, "mine", 1);
    WaitingQueue queue = queue("uma");
    assertThat(queue.rooms()).as("those with high priority first")
        .extracting(room -> room.room().value(), WaitingRoom::deliveredSeq, WaitingRoom::high, WaitingRoom::normal, WaitingRoom::low)
        .containsExactly(tuple("q1b", 0L, 1L, 0L, 0L), tuple("q1a", 1L, 0L, 2L, 1L));
    assertThat(queue).extracting(WaitingQueue::total, WaitingQueue::dropped).containsExactly(4L, 0L);
    assertThat(drained("q1a", "uma", 1, 2)).as("own and cancelled are left out").containsExactly(2L, 3L, 7L);
    node.mark("q1a", "uma", 7L, null);
    node.mark("q1b", "uma", null, 1L);
    assertThat(queue("uma").rooms()).isEmpty();
  }

  @Test
  void beyondTheLimitTheOldestOfTheLowestPriorityAreDropped() {
    DeliveryNode.Gateway gateway = node.gateway("g-queue");
    node.cluster.says(gateway.id, dev.chorus.cluster.MemberState.SERVING);
    for (String room : List.of("q2a", "q2b")) {
      node.join(room, "zed");
      node.join(room, "vic");
    }
    List<Ack.Sent> low = sent("q2a", "zed", Send.Priority.LOW, "l", 30);
    List<Ack.Sent> normal = sent("q2a", "zed", Send.Priority.NORMAL, "n", 90);
    sent("q2b", "zed", Send.Priority.HIGH, "h", 40);
    WaitingQueue queue = queue("vic");
    assertThat(queue.rooms())
        .extracting(room -> room.room().value(), WaitingRoom::high, WaitingRoom::normal, WaitingRoom::low, WaitingRoom::dropped)
        .containsExactly(tuple("q2b", 40L, 0L, 0L, 0L), tuple("q2a", 0L, 60L, 0L, 60L));
    assertThat(queue).extracting(WaitingQueue::total, WaitingQueue::dropped).containsExactly((long) MAX, 60L);
    assertThat(drained("q2a", "vic", 0, 1000)).containsExactlyElementsOf(LongStream.rangeClosed(61, 120).boxed().toList());
    List<Long> failed = new ArrayList<>();
    while (failed.size() < 60)
      gateway.expect(UserFanout.class).notices().stream().filter(notice -> notice.user().equals(new UserId("zed")))
          .forEach(notice -> failed.add(Long.parseLong(seq(new String(notice.envelope(), java.nio.charset.StandardCharsets.UTF_8)))));
    assertThat(failed).containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, 60).boxed().toList());
    assertThat(node.recipient("q2a", "vic", low.getFirst().messageId()))
        .extracting(Ack.Delivery.Recipient::status, Ack.Delivery.Recipient::reason)
        .containsExactly("FAILED", "overflow");
    assertThat(node.recipient("q2a", "vic", normal.get(30).messageId()).status()).isEqualTo("SENT");
    assertThat(await(node.client.statistics(new ReadStatistics(new UserId("zed")))).figures())
        .extracting(Ack.Statistics::total, Ack.Statistics::failed, Ack.Statistics::sent).containsExactly(160L, 60L, 100L);
    assertThat(queue("vic")).as("it is done once").isEqualTo(queue);

    Ack.Delivery retried = await(node.client.retry(new RetryDelivery(new RoomId("q2a"), new UserId("zed"), false, low.get(3).messageId())))
        .delivery();
    assertThat(retried.status()).isEqualTo("PENDING");
    assertThat(drained("q2a", "vic", 0, 50)).as("what the sender has tried again waits again").startsWith(4L, 61L);
    node.mark("q2a", "vic", null, 120L);
    assertThat(node.recipient("q2a", "vic", low.getFirst().messageId()).status()).as("who has read has read").isEqualTo("READ");
    assertThat(queue("vic").dropped()).isZero();
    assertThat(await(node.client.statistics(new ReadStatistics(new UserId("zed")))).figures()).as("each is counted where it is now")
        .extracting(Ack.Statistics::total, Ack.Statistics::failed, Ack.Statistics::pending, Ack.Statistics::read, Ack.Statistics::sent)
        .containsExactly(160L, 0L, 0L, 120L, 40L);
  }

  private static String seq(String envelope) {
    return envelope.replaceAll(".*\"seq\":(\\d+).*", "$1");
  }

  @Test
  void whoIsConnectedLosesNothing() {
    node.join("q3", "ada");
    node.join("q3", "wes");
    DeliveryNode.Gateway gateway = node.gateway("g-here");
    node.connected(gateway, "q3", false, "wes");
    sent("q3", "ada", Send.Priority.NORMAL, "n", MAX + 20);
    assertThat(queue("wes")).extracting(WaitingQueue::total, WaitingQueue::dropped).containsExactly(MAX + 20L, 0L);
    node.connected(gateway, "q3", false);
    assertThat(queue("wes")).extracting(WaitingQueue::total, WaitingQueue::dropped).containsExactly((long) MAX, 20L);
  }

  @Test
  void aQueueThatItsOwnerDropsIsEmpty() {
    node.join("q4", "ada");
    node.join("q4", "xia");
    List<Ack.Sent> all = sent("q4", "ada", Send.Priority.NORMAL, "n", 5);
    await(node.client.drop(new DropQueue(new UserId("xia"))));
    assertThat(queue("xia")).extracting(WaitingQueue::total, WaitingQueue::dropped).containsExactly(0L, 5L);
    assertThat(drained("q4", "xia", 0, 10)).isEmpty();
    assertThat(node.recipient("q4", "xia", all.getFirst().messageId()).reason()).isEqualTo("dropped");
    assertThat(sent("q4", "ada", Send.Priority.NORMAL, "later", 1)).hasSize(1);
    assertThat(drained("q4", "xia", 0, 10)).containsExactly(6L);
  }

  @Test
  void whatIsTooOldIsDropped() {
    try (DeliveryNode strict = DeliveryNode.start(DATABASE, "delivery-strict", Map.of("CHORUS_QUEUE_TTL_SECONDS", "1"), CLOCK)) {
      node.join("q5", "ada");
      node.join("q5", "yan");
      Ack.Sent old = sent("q5", "ada", Send.Priority.HIGH, "n", 1).getFirst();
      await(strict.client.queue(new ReadQueue(new UserId("yan"))));
      assertThat(node.recipient("q5", "yan", old.messageId()).status()).as("a second has not passed").isEqualTo("SENT");
      CLOCK.pass(1_001);
      await(strict.client.queue(new ReadQueue(new UserId("yan"))));
      assertThat(node.recipient("q5", "yan", old.messageId()).reason()).isEqualTo("expired");
    }
  }

  @Test
  void whoComesIsSweptThoughNobodyAsks() {
    node.join("q6", "ada");
    node.join("q6", "pat");
    List<Ack.Sent> all = sent("q6", "ada", Send.Priority.NORMAL, "n", MAX + 5);
    node.client.sweep(node.self, new SweepQueues(List.of(new UserId("pat"))));
    Eventually.await("what is too much is dropped", Duration.ofSeconds(60),
        () -> "overflow".equals(node.recipient("q6", "pat", all.get(4).messageId()).reason()));
    assertThat(node.recipient("q6", "pat", all.get(5).messageId()).status()).isEqualTo("SENT");
  }

  /** Far more than any statement looks at, in more rooms than are looked at together. */
  @Test
  void howeverMuchWaitsTheNewestOfTheHighestPriorityAreLeftAndChangesBelowThemAreNotLost() {
    List<String> rooms = IntStream.range(0, 24).mapToObj(i -> "q7-" + i).toList();
    for (String room : rooms) {
      node.join(room, "ada");
      node.join(room, "quy");
    }
    Ack.Sent changed = sent("q7-0", "ada", Send.Priority.HIGH, "first", 1).getFirst();
    node.mark("q7-0", "quy", changed.seq(), null);
    for (int part = 0; part < 12; part++)
      sent("q7-0", "ada", Send.Priority.NORMAL, "p" + part + "-", 500);
    long edit = node.send(ChangingTest.edit("q7-0", "ada", "edit", changed.messageId(), "changed", null)).getFirst().sent().seq();
    for (int part = 12; part < 14; part++)
      sent("q7-0", "ada", Send.Priority.LOW, "p" + part + "-", 500);
    for (String room : rooms.subList(1, rooms.size()))
      sent(room, "ada", Send.Priority.NORMAL, "later", 4);
    sent("q7-23", "ada", Send.Priority.HIGH, "high", 2);
    WaitingQueue queue = queue("quy");
    assertThat(queue).extracting(WaitingQueue::total, WaitingQueue::dropped).containsExactly((long) MAX, 7_000L + 92 + 2 - MAX);
    assertThat(queue.rooms().getFirst()).extracting(room -> room.room().value(), WaitingRoom::high).containsExactly("q7-23", 2L);
    assertThat(queue.rooms()).filteredOn(room -> room.room().value().equals("q7-0")).extracting(WaitingRoom::normal, WaitingRoom::low)
        .containsExactly(tuple(MAX - 94L, 0L));
    assertThat(drained("q7-0", "quy", 1, 1000)).as("the edit of what was delivered long ago is sent, then what is left")
        .hasSize(MAX - 94 + 1)
        .contains(edit);
  }
}

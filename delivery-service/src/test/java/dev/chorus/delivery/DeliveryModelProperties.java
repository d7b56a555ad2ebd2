package dev.chorus.delivery;

import static dev.chorus.delivery.DeliveryNode.await;
import static dev.chorus.delivery.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.bus.DeliveryMessage.Verdict;
import dev.chorus.bus.QueueMessage.DropQueue;
import dev.chorus.bus.TrackingMessage.CancelDelivery;
import dev.chorus.bus.TrackingMessage.RetryDelivery;
import dev.chorus.database.DatabaseConfig;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Ack;
import dev.chorus.testkit.TestPostgres;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Three members of a room do whatever they like, by two nodes that both believe to own it; a simple model says what must come of it. */
class DeliveryModelProperties {
  private static final List<String> USERS = List.of("ada", "bob", "cyn");
  private static final DatabaseConfig DATABASE = TestPostgres.fresh();
  private static List<DeliveryNode> nodes;
  private static int rooms;

  enum Kind {
    SEND, SEND_TO_NEXT, REPEAT, ACK, READ, EDIT, CANCEL, RETRY, DROP
  }

  record Act(Kind kind, int user, int which, int node) {}

  @BeforeContainer
  static void start() {
    nodes = List.of(DeliveryNode.start(DATABASE, "delivery-1", Map.of()), DeliveryNode.start(DATABASE, "delivery-2", Map.of()));
  }

  @AfterContainer
  static void stop() {
    nodes.forEach(DeliveryNode::close);
  }

  @Property(tries = 12, shrinking = ShrinkingMode.OFF)
  void whateverHappensEachRecordSaysWhatTheModelSays(@ForAll @Size(max = 40) List<Kind> kinds,
      @ForAll @Size(40) List<@IntRange(max = 2) Integer> users,
      @ForAll @Size(40) List<@IntRange(max = 99) Integer> which, @ForAll @Size(40) List<@IntRange(max = 1) Integer> on) {
    World world = new World("model-" + rooms++);
    for (int i = 0; i < kinds.size(); i++)
      world.act(new Act(kinds.get(i), users.get(i), which.get(i), on.get(i)));
    world.check();
  }

  /** What is expected of one message. */
  private static final class Expected {
    final Ack.Sent sent;
    final String sender;
    final String to;
    final Set<String> failed = new HashSet<>();
    final Set<String> asked = new HashSet<>();
    boolean cancelled;

    Expected(Ack.Sent sent, String sender, String to) {
      this.sent = sent;
      this.sender = sender;
      this.to = to;
    }

    boolean isFor(String user) {
      return !user.equals(sender) && (to == null || to.equals(user));
    }
  }

  private static final class World {
    final String room;
    final List<Expected> messages = new ArrayList<>();
    final List<Append> appends = new ArrayList<>();
    final Map<String, Long> delivered = new HashMap<>();
    final Map<String, Long> read = new HashMap<>();
    long head;

    World(String room) {
      this.room = room;
      for (String user : USERS) {
        nodes.getFirst().join(room, user);
        delivered.put(user, 0L);
        read.put(user, 0L);
      }
    }

    void act(Act act) {
      DeliveryNode node = nodes.get(act.node());
      String user = USERS.get(act.user());
      Expected some = messages.isEmpty() ? null : messages.get(act.which() % messages.size());
      switch (act.kind()) {
        case SEND -> send(node, message(room, user, "c" + head, "text"), user, null);
        case SEND_TO_NEXT -> {
          String next = USERS.get((act.user() + 1) % USERS.size());
          send(node, Messages.to(message(room, user, "c" + head, "text"), next), user, next);
        }
        case REPEAT -> {
          if (some != null)
            assertThat(node.sent(appends.get(messages.indexOf(some)))).isEqualTo(
                new Ack.Sent(some.sent.messageId(), some.sent.seq(), "SENT", some.sent.at(), true));
        }
        case ACK -> mark(node, user, act.which() % (head + 1), null);
        case READ -> mark(node, user, null, act.which() % (head + 1));
        case EDIT -> {
          if (some != null)
            edit(node, user, some);
        }
        case CANCEL -> {
          if (some != null) {
            await(node.client.cancel(new CancelDelivery(new RoomId(room), new UserId(some.sender), false, some.sent.messageId())));
            some.cancelled = true;
            some.asked.clear();
          }
        }
        case RETRY -> {
          if (some != null)
            retry(node, some);
        }
        case DROP -> drop(node, user);
      }
    }

    private void send(DeliveryNode node, Append append, String user, String to) {
      Ack.Sent sent = node.sent(append);
      assertThat(sent.seq()).as("no gap and no double").isEqualTo(++head);
      messages.add(new Expected(sent, user, to));
      appends.add(append);
    }

    private void mark(DeliveryNode node, String user, Long deliveredSeq, Long readSeq) {
      assertThat(node.mark(room, user, deliveredSeq, readSeq).problem()).isNull();
      read.merge(user, readSeq == null ? 0 : readSeq, Math::max);
      delivered.merge(user, Math.max(deliveredSeq == null ? 0 : deliveredSeq, read.get(user)), Math::max);
    }

    private void edit(DeliveryNode node, String user, Expected message) {
      Verdict verdict = node.send(ChangingTest.edit(room, user, "e" + head, message.sent.messageId(), "edited", null)).getFirst();
      if (user.equals(message.sender))
        assertThat(verdict.sent().seq()).isEqualTo(++head);
      else
        assertThat(verdict.problem()).isNotNull();
    }

    private void retry(DeliveryNode node, Expected message) {
      await(node.client.retry(new RetryDelivery(new RoomId(room), new UserId(message.sender), false, message.sent.messageId())));
      for (String user : USERS) {
        if (status(message, user).equals("FAILED")) {
          message.failed.remove(user);
          message.asked.add(user);
        }
      }
    }

    private void drop(DeliveryNode node, String user) {
      await(node.client.drop(new DropQueue(new UserId(user))));
      for (Expected message : messages) {
        if (message.isFor(user) && Set.of("SENT", "PENDING").contains(status(message, user))) {
          message.failed.add(user);
          message.asked.remove(user);
        }
      }
    }

    private String status(Expected message, String user) {
      if (read.get(user) >= message.sent.seq())
        return "READ";
      if (delivered.get(user) >= message.sent.seq())
        return "DELIVERED";
      if (message.failed.contains(user))
        return "FAILED";
      if (message.asked.contains(user))
        return "PENDING";
      return message.cancelled ? "CANCELLED" : "SENT";
    }

    void check() {
      for (Expected message : messages) {
        Ack.Delivery record = nodes.getFirst().delivery(room, "ada", message.sent.messageId());
        Map<String, String> expected = new HashMap<>();
        Map<String, String> actual = new HashMap<>();
        USERS.stream().filter(message::isFor).forEach(user -> expected.put(user, status(message, user)));
        record.recipients().forEach(one -> actual.put(one.user().value(), one.status()));
        assertThat(actual).as("recipients of %s", message.sent).isEqualTo(expected);
        assertThat(record.readByAll()).isEqualTo(expected.values().stream().allMatch("READ"::equals));
      }
      assertThat(nodes.getLast().read(room, 0, 100)).satisfies(page -> {
        assertThat(page.head()).isEqualTo(head);
        assertThat(page.entries()).hasSize((int) head);
      });
      for (String user : USERS) {
        long unread = messages.stream().filter(one -> !one.sender.equals(user) && one.sent.seq() > read.get(user)).count();
        assertThat(nodes.getLast().join(room, user)).satisfies(joined -> {
          assertThat(joined.deliveredSeq()).isEqualTo(delivered.get(user));
          assertThat(joined.readSeq()).isEqualTo(read.get(user));
          assertThat(joined.unread()).isEqualTo(unread);
        });
      }
    }
  }
}

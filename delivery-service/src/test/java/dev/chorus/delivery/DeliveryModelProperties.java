package dev.chorus.delivery;

import static dev.chorus.delivery.DeliveryNode.await;
import static dev.chorus.delivery.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.bus.DeliveryMessage.Verdict;
import dev.chorus.bus.GatewayMessage.RedeliveryFanout;
import dev.chorus.bus.GatewayMessage.UserFanout;
import dev.chorus.bus.QueueMessage.DropQueue;
import dev.chorus.bus.TrackingMessage.CancelDelivery;
import dev.chorus.bus.TrackingMessage.RetryDelivery;
import dev.chorus.cluster.MemberState;
import dev.chorus.database.DatabaseConfig;
import dev.chorus.delivery.DeliveryModel.Message;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Ack;
import dev.chorus.testkit.Eventually;
import dev.chorus.testkit.MovingClock;
import dev.chorus.testkit.TestPostgres;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Three members of a room do whatever they like and time passes, while the room moves between two nodes that both believe to own it: {@link DeliveryModel} says what must come
 * of it. Waits are a thousand times as long as usual, so that no jitter is shorter than a step of the clock.
 */
class DeliveryModelProperties {
  private static final List<String> USERS = List.of("ada", "bob", "cyn");
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Map<String, String> SLOW = Map.of("CHORUS_DELIVERY_TIMEOUT_MS", "30000000", "CHORUS_RETRY_BASE_MS", "1000000",
      "CHORUS_RETRY_MAX_MS", "60000000", "CHORUS_QUEUE_TTL_SECONDS", "" + Integer.MAX_VALUE, "CHORUS_DELIVERY_HOUSEKEEPING_MS",
      "" + Integer.MAX_VALUE);
  private static final long BEYOND_ANY_WAIT_MS = 61_000_000;
  /** Some turns of the wheel. */
  private static final long A_MOMENT_MS = 100;
  /** Between two rounds of the lanes, which ask for the time twice, the wheel turns at least once. */
  private static final int READS_OF_A_TURN = 6;
  private static final DatabaseConfig DATABASE = TestPostgres.fresh();
  /** One of each node, moved together. */
  private static final List<MovingClock> CLOCKS = List.of(new MovingClock(), new MovingClock());
  private static List<DeliveryNode> nodes;
  private static List<DeliveryNode.Gateway> gateways;
  private static int worlds;

  enum Kind {
    SEND, SEND_TO_NEXT, REPEAT, ACK, READ, EDIT, CANCEL, RETRY, DROP, COME, LEAVE, PASS, MOVE
  }

  record Act(Kind kind, int user, int which, int node) {}

  @BeforeContainer
  static void start() {
    nodes = List.of(DeliveryNode.start(DATABASE, "delivery-1", SLOW, CLOCKS.getFirst()),
        DeliveryNode.start(DATABASE, "delivery-2", SLOW, CLOCKS.getLast()));
    gateways = nodes.stream().map(node -> node.gateway("gateway")).toList();
    nodes.forEach(node -> node.cluster.says(gateways.getFirst().id, MemberState.SERVING));
  }

  @AfterContainer
  static void stop() {
    nodes.forEach(DeliveryNode::close);
  }

  @Provide
  Arbitrary<List<Act>> acts() {
    Arbitrary<Kind> kinds = Arbitraries.frequency(Tuple.of(5, Kind.SEND), Tuple.of(2, Kind.SEND_TO_NEXT), Tuple.of(1, Kind.REPEAT),
        Tuple.of(1, Kind.ACK), Tuple.of(1, Kind.READ), Tuple.of(1, Kind.EDIT), Tuple.of(2, Kind.CANCEL), Tuple.of(3, Kind.RETRY),
        Tuple.of(1, Kind.DROP), Tuple.of(4, Kind.COME), Tuple.of(1, Kind.LEAVE), Tuple.of(6, Kind.PASS), Tuple.of(2, Kind.MOVE));
    return Combinators.combine(kinds, Arbitraries.integers().between(0, USERS.size() - 1), Arbitraries.integers().between(0, 99),
        Arbitraries.integers().between(0, 1)).as(Act::new).list().ofMinSize(15).ofMaxSize(70);
  }

  @Property(tries = 20, shrinking = ShrinkingMode.OFF)
  void whateverHappensEachRecordSaysWhatTheModelSays(@ForAll("acts") List<Act> acts) {
    World world = new World(worlds++);
    acts.forEach(world::act);
    world.check();
    world.end();
  }

  private static final class World {
    final String room;
    /** Everybody's figures are of this world only. */
    final List<String> users;
    final DeliveryModel model;
    final List<Append> appends = new ArrayList<>();
    int owner;

    World(int number) {
      room = "model-" + number;
      users = USERS.stream().map(user -> user + number).toList();
      users.forEach(user -> nodes.getFirst().join(room, user));
      model = new DeliveryModel(users);
      announce();
    }

    void act(Act act) {
      DeliveryNode any = nodes.get(act.node());
      String user = users.get(act.user());
      Message some = model.messages.isEmpty() ? null : model.messages.get(act.which() % model.messages.size());
      switch (act.kind()) {
        case SEND -> send(message(room, user, "c" + model.head, "text"), user, null);
        case SEND_TO_NEXT -> {
          String next = users.get((act.user() + 1) % users.size());
          send(Messages.to(message(room, user, "c" + model.head, "text"), next), user, next);
        }
        case ACK -> mark(any, user, act.which() % (model.head + 1), null);
        case READ -> mark(any, user, null, act.which() % (model.head + 1));
        case DROP -> {
          await(any.client.drop(new DropQueue(new UserId(user))));
          model.dropped(user);
        }
        case COME -> come(user, act.which() % 4 > 0);
        case LEAVE -> leave(user);
        case MOVE -> move();
        case PASS -> pass(1 + act.which() % 3);
        case REPEAT, EDIT, CANCEL, RETRY -> {
          if (some != null)
            change(act.kind(), any, user, some);
        }
      }
      tick(A_MOMENT_MS);
    }

    private void change(Kind kind, DeliveryNode any, String user, Message some) {
      switch (kind) {
        case REPEAT -> assertThat(any.sent(appends.get(model.messages.indexOf(some))))
            .isEqualTo(new Ack.Sent(some.sent.messageId(), some.sent.seq(), "SENT", some.sent.at(), true));
        case EDIT -> edit(any, user, some);
        case CANCEL -> {
          await(owner().client.cancel(new CancelDelivery(new RoomId(room), new UserId(some.sender), false, some.sent.messageId())));
          model.cancelled(some);
        }
        default -> {
          await(owner().client.retry(new RetryDelivery(new RoomId(room), new UserId(some.sender), false, some.sent.messageId())));
          model.asked(some);
          tick(A_MOMENT_MS);
          records();
        }
      }
    }

    private DeliveryNode owner() {
      return nodes.get(owner);
    }

    private void announce() {
      owner().connected(gateways.get(owner), room, model.connected);
    }

    private void send(Append append, String user, String to) {
      Ack.Sent sent = owner().sent(append);
      assertThat(sent.seq()).as("no gap and no double").isEqualTo(++model.head);
      model.sent(sent, user, to);
      appends.add(append);
    }

    private void mark(DeliveryNode node, String user, Long deliveredSeq, Long readSeq) {
      assertThat(node.mark(room, user, deliveredSeq, readSeq).problem()).isNull();
      model.marked(user, deliveredSeq == null ? 0 : deliveredSeq, readSeq == null ? 0 : readSeq);
    }

    private void edit(DeliveryNode node, String user, Message message) {
      Verdict verdict = node.send(ChangingTest.edit(room, user, "e" + model.head, message.sent.messageId(), "edited", null)).getFirst();
      if (user.equals(message.sender))
        assertThat(verdict.sent().seq()).isEqualTo(++model.head);
      else
        assertThat(verdict.problem()).isNotNull();
    }

    private void come(String user, boolean acks) {
      model.came(user, acks);
      announce();
    }

    private void leave(String user) {
      model.left(user);
      announce();
    }

    private void move() {
      int before = owner;
      owner = 1 - owner;
      announce();
      nodes.get(before).unwatched(gateways.get(before), room);
      model.moved();
    }

    private static void tick(long ms) {
      CLOCKS.forEach(clock -> clock.pass(ms));
    }

    private void pass(int times) {
      for (int i = 0; i < times; i++) {
        tick(BEYOND_ANY_WAIT_MS);
        Eventually.await("everybody was looked at", LIMIT, () -> CLOCKS.get(owner).reads() >= READS_OF_A_TURN);
        model.timePassed();
        records();
      }
    }

    /** Each record comes to say, and then says, what the model says. */
    private void records() {
      for (Message message : model.messages) {
        Map<String, String> expected = new TreeMap<>();
        message.recipients.forEach((user, recipient) -> expected.put(user, model.status(message, user) + " " + recipient.attempts));
        eventually("recipients of " + message.sent, expected, () -> {
          Map<String, String> actual = new TreeMap<>();
          owner().delivery(room, users.getFirst(), message.sent.messageId()).recipients()
              .forEach(one -> actual.put(one.user().value(), one.status() + " " + one.attempts()));
          return actual;
        });
      }
    }

    private static <T> void eventually(String what, T expected, Supplier<T> actual) {
      try {
        Eventually.await(what, Duration.ofSeconds(5), () -> actual.get().equals(expected));
      } catch (AssertionError late) {
        Eventually.await(what + " become " + expected + ", are " + actual.get(), LIMIT, () -> actual.get().equals(expected));
      }
    }

    void check() {
      records();
      for (Message message : model.messages) {
        assertThat(owner().delivery(room, users.getFirst(), message.sent.messageId()).readByAll())
            .isEqualTo(message.recipients.keySet().stream().allMatch(user -> model.status(message, user).equals("READ")));
      }
      assertThat(nodes.getLast().read(room, 0, 100)).satisfies(page -> {
        assertThat(page.head()).isEqualTo(model.head);
        assertThat(page.entries()).hasSize((int) model.head);
      });
      for (String user : users) {
        long unread = model.messages.stream().filter(one -> !one.sender.equals(user) && one.sent.seq() > model.read.get(user)).count();
        assertThat(nodes.getLast().join(room, user)).satisfies(joined -> {
          assertThat(joined.deliveredSeq()).isEqualTo(model.delivered.get(user));
          assertThat(joined.readSeq()).isEqualTo(model.read.get(user));
          assertThat(joined.unread()).isEqualTo(unread);
        });
        figures(user);
      }
      told();
    }

    /** Each recipient is counted where it is, and nowhere else. */
    private void figures(String user) {
      List<Long> expected = List.of(
          (long) model.messages.stream().filter(one -> one.sender.equals(user)).mapToInt(one -> one.recipients.size()).sum(),
          model.count(user, "PENDING"), model.count(user, "SENT"), model.count(user, "DELIVERED"), model.count(user, "READ"),
          model.count(user, "FAILED"), model.count(user, "CANCELLED"), model.retries(user));
      eventually("figures of " + user + ": total, pending, sent, delivered, read, failed, cancelled, retries", expected, () -> {
        nodes.forEach(node -> node.statistics(user));
        Ack.Statistics figures = owner().statistics(user);
        return List.of(figures.total(), figures.pending(), figures.sent(), figures.delivered(), figures.read(), figures.failed(),
            figures.cancelled(),
            figures.retries());
      });
    }

    /** What gateways were told: every attempt, and every failure to the sender. */
    private void told() {
      Map<String, Integer> expected = new TreeMap<>();
      for (Message message : model.messages) {
        message.recipients.forEach((user, recipient) -> {
          if (recipient.redeliveries > 0)
            expected.put("again " + message.sent.seq() + " " + user, recipient.redeliveries);
          if (recipient.failures > 0)
            expected.put("failed " + message.sent.seq() + " " + user + " " + message.sender, recipient.failures);
        });
      }
      eventually("what gateways were told", expected, this::heard);
    }

    private Map<String, Integer> heard() {
      Map<String, Integer> heard = new TreeMap<>();
      gateways.stream().flatMap(gateway -> gateway.told.stream()).forEach(told -> {
        if (told instanceof RedeliveryFanout again)
          again.redeliveries().forEach(one -> heard.merge("again " + text(one.envelope(), "seq") + " " + one.user(), 1, Integer::sum));
        else if (told instanceof UserFanout failed)
          failed.notices().forEach(
              one -> heard.merge("failed " + text(one.envelope(), "seq") + " " + text(one.envelope(), "user") + " " + one.user(), 1,
                  Integer::sum));
      });
      return heard;
    }

    private static String text(byte[] envelope, String field) {
      return new String(envelope, StandardCharsets.UTF_8).replaceAll(".*?\"" + field + "\":\"?([^,\"}]*).*", "$1");
    }

    /** The next world hears nothing of this one. */
    void end() {
      model.connected.clear();
      announce();
      gateways.forEach(gateway -> gateway.told.clear());
    }
  }
}

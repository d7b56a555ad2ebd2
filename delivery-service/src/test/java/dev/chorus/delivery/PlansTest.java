package dev.chorus.delivery;

import static dev.chorus.delivery.DeliveryNode.await;
import static dev.chorus.delivery.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.bus.DeliveryMessage.ListMembers;
import dev.chorus.bus.DeliveryMessage.ListRooms;
import dev.chorus.bus.GatewayMessage.RedeliveryFanout;
import dev.chorus.bus.QueueMessage.DropQueue;
import dev.chorus.bus.QueueMessage.ReadQueue;
import dev.chorus.bus.QueueMessage.ReadWaiting;
import dev.chorus.bus.QueueMessage.WaitingQueue;
import dev.chorus.bus.TrackingMessage.CancelDelivery;
import dev.chorus.bus.TrackingMessage.Mark;
import dev.chorus.bus.TrackingMessage.ReadStatistics;
import dev.chorus.bus.TrackingMessage.SetReceipts;
import dev.chorus.database.DatabaseConfig;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Ack;
import dev.chorus.testkit.Eventually;
import dev.chorus.testkit.MovingClock;
import dev.chorus.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlansTest {
  /** Past the number of executions after which PostgreSQL keeps a plan. */
  private static final int WARM_UP = 12;

  @Test
  void noStatementScansATableEvenWhenItsPlanWasMadeWhileTheTableWasEmpty() throws SQLException {
    DatabaseConfig database = TestPostgres.fresh();
    Map<String, String> quick = Map.of("CHORUS_DELIVERY_TIMEOUT_MS", "1", "CHORUS_RETRY_BASE_MS", "1", "CHORUS_RETRY_MAX_MS", "1",
        "CHORUS_DELIVERY_HOUSEKEEPING_MS", "500", "CHORUS_RETENTION_DAYS", "1");
    MovingClock clock = new MovingClock();
    try (DeliveryNode node = DeliveryNode.start(database, "delivery-1", quick, clock); Connection observer = observer(database)) {
      sql(observer, "VACUUM ANALYZE");
      DeliveryNode.Gateway gateway = node.gateway("gateway-1");
      for (int i = 0; i < WARM_UP; i++)
        use(node, gateway, clock, "warm", "ghost", i);
      sql(observer, "VACUUM ANALYZE");
      for (int i = 0; i < WARM_UP; i++)
        use(node, gateway, clock, "warm", "ada", i);
      fill(node);

      long before = scans(observer);
      for (int i = 0; i < WARM_UP; i++)
        use(node, gateway, clock, "room-1", "ada", 1000 + i);
      gateway.told.clear();
      node.sent(message("room-1", "ada", "late", "once more, please"));
      Eventually.await("it comes again", Duration.ofSeconds(60), () -> {
        clock.pass(1_000);
        return gateway.told.stream().anyMatch(RedeliveryFanout.class::isInstance);
      });
      assertThat(scans(observer) - before).as("sequential scans").isZero();
    }
  }

  /** Everything that clients make happen, common and careful. */
  private static void use(DeliveryNode node, DeliveryNode.Gateway gateway, MovingClock clock, String room, String user, int number) {
    clock.pass(1_000);
    if (!user.equals("ghost"))
      node.join(room, user);
    node.send(message(room, user, "c" + number, "hello"));
    node.send(message(room, user, "c" + number, "again"), Messages.replyTo(message(room, user, "d" + number, "with a reference"), 1));
    node.send(Messages.to(message(room, user, "e" + number, "for one"), user));
    node.read(room, 0, 20);
    await(node.client.rooms(new ListRooms(new UserId(user), null, 50)));
    node.watch(gateway, room, "room-2");
    if (!user.equals("ghost")) {
      node.history(room, user, null, null, 20);
      node.history(room, user, null, 1L, 20);
      track(node, gateway, room, user, number);
    }
  }

  /** What becomes of messages: changes, marks, records, queues, figures, retries. */
  private static void track(DeliveryNode node, DeliveryNode.Gateway gateway, String room, String user, int number) {
    node.join(room, "bob");
    Ack.Sent sent = node.sent(message(room, user, "t" + number, "to be changed"));
    node.send(ChangingTest.edit(room, user, "u" + number, sent.messageId(), "changed", null));
    node.connected(gateway, room, true, "bob", user);
    WaitingQueue queue = await(node.client.queue(new ReadQueue(new UserId("bob"))));
    assertThat(queue.total()).isPositive();
    await(node.client.waiting(new ReadWaiting(new RoomId(room), new UserId("bob"), 0, 20)));
    await(node.client.cancel(new CancelDelivery(new RoomId(room), new UserId(user), false, sent.messageId())));
    node.marks(new Mark(new RoomId(room), new UserId("bob"), sent.seq(), null, sent.messageId(), null));
    assertThat(node.delivery(room, user, sent.messageId()).recipients()).isNotEmpty();
    node.send(ChangingTest.delete(room, user, "v" + number, sent.messageId()));
    await(node.client.statistics(new ReadStatistics(new UserId(user))));
    await(node.client.members(new ListMembers(new RoomId(room), new UserId(user), false, null, 20)));
    await(node.client.receipts(new SetReceipts(new UserId("bob"), null, number % 2 == 0)));
    await(node.client.receipts(new SetReceipts(new UserId("bob"), new RoomId(room), true)));
    await(node.client.drop(new DropQueue(new UserId("cyn"))));
  }

  private static void fill(DeliveryNode node) {
    for (int i = 0; i < 60; i++) {
      String room = "room-" + i;
      for (int user = 0; user < 20; user++)
        node.join(room, "user-" + user);
      node.join(room, "ada");
      List<Append> batch = new ArrayList<>();
      for (int m = 0; m < 100; m++)
        batch.add(message(room, "ada", "m" + m, "message " + m));
      assertThat(await(node.sending(batch))).allMatch(verdict -> verdict.sent() != null);
    }
  }

  /** Of all tables of ours, once the sessions have reported what they did. */
  private static long scans(Connection observer) throws SQLException {
    sql(observer, "SELECT pg_stat_force_next_flush()");
    try (Statement statement = observer.createStatement(); ResultSet idle = statement.executeQuery("SELECT pg_sleep(1.1)")) {
      idle.next();
    }
    try (Statement statement = observer.createStatement();
        ResultSet sum = statement.executeQuery(
            "SELECT sum(seq_scan) FROM pg_stat_user_tables WHERE schemaname = 'delivery' AND relname <> 'flyway_schema_history'")) {
      sum.next();
      return sum.getLong(1);
    }
  }

  private static void sql(Connection observer, String sql) throws SQLException {
    try (Statement statement = observer.createStatement()) {
      statement.execute(sql);
    }
  }

  private static Connection observer(DatabaseConfig database) throws SQLException {
    return DriverManager.getConnection("jdbc:postgresql://localhost:" + database.port() + "/" + database.database(), database.user(),
        database.password());
  }
}

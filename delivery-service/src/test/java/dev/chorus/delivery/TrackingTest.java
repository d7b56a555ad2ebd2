package dev.chorus.delivery;

import static dev.chorus.delivery.DeliveryNode.await;
import static dev.chorus.delivery.DeliveryNode.refusal;
import static dev.chorus.delivery.Messages.message;
import static dev.chorus.delivery.Messages.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.DeliveryMessage.ListMembers;
import dev.chorus.bus.DeliveryMessage.Member;
import dev.chorus.bus.GatewayMessage.NoticeFanout;
import dev.chorus.bus.GatewayMessage.ReceiptFanout;
import dev.chorus.bus.GatewayMessage.RoomEphemeral;
import dev.chorus.bus.TrackingMessage.CancelDelivery;
import dev.chorus.bus.TrackingMessage.Mark;
import dev.chorus.bus.TrackingMessage.MarkVerdict;
import dev.chorus.bus.TrackingMessage.ReadDelivery;
import dev.chorus.bus.TrackingMessage.ReadStatistics;
import dev.chorus.bus.TrackingMessage.SetReceipts;
import dev.chorus.database.DatabaseConfig;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Ack;
import dev.chorus.testkit.TestPostgres;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TrackingTest {
  private static final DatabaseConfig DATABASE = TestPostgres.fresh();
  private static DeliveryNode node;

  @BeforeAll
  static void start() {
    node = DeliveryNode.start(DATABASE);
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static void members(String room, String... users) {
    for (String user : users)
      node.join(room, user);
  }

  @Test
  void aMessageGoesFromSentOverDeliveredToReadAndSaysWhen() {
    members("t1", "ada", "bob");
    Ack.Sent sent = node.sent(message("t1", "ada", "1", "hi"));
    assertThat(node.recipient("t1", "bob", sent.messageId()))
        .isEqualTo(new Ack.Delivery.Recipient(new UserId("bob"), "SENT", 0, null, java.util.Map.of("SENT", sent.at())));
    assertThat(node.mark("t1", "bob", 1L, null)).isEqualTo(MarkVerdict.DONE);
    Ack.Delivery delivered = node.delivery("t1", "ada", sent.messageId());
    assertThat(delivered.status()).isEqualTo("DELIVERED");
    assertThat(delivered.readByAll()).isFalse();
    assertThat(delivered.recipients()).as("nobody is a recipient of their own message").hasSize(1);
    long deliveredAt = delivered.recipients().getFirst().history().get("DELIVERED");
    assertThat(node.mark("t1", "bob", null, 1L)).isEqualTo(MarkVerdict.DONE);
    Ack.Delivery read = node.delivery("t1", "bob", sent.messageId());
    assertThat(read.status()).isEqualTo("READ");
    assertThat(read.readByAll()).isTrue();
    assertThat(read.recipients().getFirst().history().get("DELIVERED")).isEqualTo(deliveredAt);
    assertThat(read.recipients().getFirst().history().get("READ")).isGreaterThanOrEqualTo(deliveredAt);
    assertThat(node.mark("t1", "bob", 0L, 0L)).as("a lower mark does nothing").isEqualTo(MarkVerdict.DONE);
    assertThat(node.delivery("t1", "ada", sent.messageId())).isEqualTo(read);
  }

  @Test
  void aMarkAboveTheHeadIsRefusedAndTakesNoOtherWithIt() {
    members("t2", "ada", "bob");
    Ack.Sent sent = node.sent(message("t2", "ada", "1", "hi"));
    Mark good = new Mark(new RoomId("t2"), new UserId("bob"), 1L, null, null, null);
    Mark high = new Mark(new RoomId("t2"), new UserId("bob"), 2L, null, null, null);
    Mark huge = new Mark(new RoomId("t2"), new UserId("bob"), null, Long.MAX_VALUE, null, null);
    Mark stranger = new Mark(new RoomId("t2"), new UserId("eve"), 1L, null, null, null);
    Mark byId = new Mark(new RoomId("t2"), new UserId("bob"), null, null, sent.messageId(), "{\"on\":\"phone\"}");
    Mark unknown = new Mark(new RoomId("t2"), new UserId("bob"), null, null, "nothing-1", null);
    List<MarkVerdict> verdicts = node.marks(good, high, huge, stranger, byId, unknown);
    assertThat(verdicts).map(verdict -> verdict.problem() == null ? null : verdict.problem().code()).containsExactly(null,
        ErrorCode.BAD_REQUEST,
        ErrorCode.BAD_REQUEST, ErrorCode.NOT_MEMBER, null, ErrorCode.NOT_FOUND);
    assertThat(node.recipient("t2", "bob", sent.messageId()).status()).isEqualTo("READ");
  }

  @Test
  void theViewSaysWhoReadWhatWhenAndHow() throws Exception {
    members("t3", "ada", "bob");
    Ack.Sent sent = node.sent(message("t3", "ada", "1", "hi"));
    node.marks(new Mark(new RoomId("t3"), new UserId("bob"), null, 1L, null, "{\"on\":\"phone\"}"));
    try (var connection = DriverManager.getConnection("jdbc:postgresql://localhost:" + DATABASE.port() + "/" + DATABASE.database(),
        DATABASE.user(), DATABASE.password());
        var rows = connection.createStatement()
            .executeQuery("SELECT message_id, user_id, metadata FROM delivery.message_read_receipts WHERE session_id = 't3'")) {
      assertThat(rows.next()).isTrue();
      assertThat(List.of(rows.getString(1), rows.getString(2), rows.getString(3))).containsExactly(sent.messageId(), "bob",
          "{\"on\":\"phone\"}");
      assertThat(rows.next()).isFalse();
    }
  }

  @Test
  void theRoomHearsOfMarksOnceAndWhenAllHaveRead() {
    members("t4", "ada", "bob", "cyn");
    DeliveryNode.Gateway gateway = node.gateway("g-receipts");
    node.watch(gateway, "t4");
    node.send(message("t4", "ada", "1", "one"), message("t4", "bob", "2", "two"));
    node.marks(new Mark(new RoomId("t4"), new UserId("bob"), null, 1L, null, null),
        new Mark(new RoomId("t4"), new UserId("bob"), 2L, null, null, null),
        new Mark(new RoomId("t4"), new UserId("cyn"), null, 2L, null, null));
    RoomEphemeral receipt = gateway.expect(ReceiptFanout.class).rooms().getFirst();
    assertThat(receipt.type()).isEqualTo("receipt");
    assertThat(receipt.items()).map(item -> new String(item.json(), StandardCharsets.UTF_8).replaceAll("\"at\":\\d+", "\"at\":0"))
        .containsExactly(
            "{\"user\":\"bob\",\"deliveredSeq\":2,\"readSeq\":1,\"at\":0}", "{\"user\":\"cyn\",\"deliveredSeq\":2,\"readSeq\":2,\"at\":0}");
    assertThat(new String(gateway.expect(NoticeFanout.class).notices().getFirst().envelope(), StandardCharsets.UTF_8))
        .as("bob and cyn have read the first, ada has not read the second")
        .isEqualTo("{\"type\":\"message:read-by-all\",\"room\":\"t4\",\"data\":{\"seq\":1}}");
    node.mark("t4", "ada", null, 2L);
    assertThat(new String(gateway.expect(NoticeFanout.class).notices().getFirst().envelope(), StandardCharsets.UTF_8))
        .contains("{\"seq\":2}");
  }

  @Test
  void privateMarksAreShownToNobodyAndNotWaitedFor() {
    members("t5", "ada", "bob", "cyn");
    await(node.client.receipts(new SetReceipts(new UserId("bob"), new RoomId("t5"), false)));
    DeliveryNode.Gateway gateway = node.gateway("g-private");
    node.watch(gateway, "t5");
    Ack.Sent sent = node.sent(message("t5", "ada", "1", "one"));
    node.mark("t5", "bob", null, 1L);
    assertThat(node.join("t5", "bob").unread()).as("their own count is kept").isZero();
    assertThat(node.recipient("t5", "bob", sent.messageId()).status()).isEqualTo("SENT");
    node.mark("t5", "cyn", null, 1L);
    assertThat(gateway.expect(ReceiptFanout.class).rooms().getFirst().items()).as("cyn's only").hasSize(1);
    assertThat(node.delivery("t5", "ada", sent.messageId())).extracting(Ack.Delivery::status, Ack.Delivery::readByAll)
        .containsExactly("READ", true);
    List<Member> members = await(node.client.members(new ListMembers(new RoomId("t5"), new UserId("ada"), false, null, 10))).members();
    assertThat(members).extracting(Member::user, Member::readSeq).containsExactly(tuple("ada", 0L), tuple("bob", null), tuple("cyn", 1L));
    await(node.client.receipts(new SetReceipts(new UserId("pia"), null, false)));
    members("t5b", "ada", "pia");
    Ack.Sent later = node.sent(message("t5b", "ada", "1", "one"));
    node.mark("t5b", "pia", null, 1L);
    assertThat(node.recipient("t5b", "pia", later.messageId()).status()).as("for rooms joined later too").isEqualTo("SENT");
  }

  private static org.assertj.core.groups.Tuple tuple(String user, Long read) {
    return org.assertj.core.api.Assertions.tuple(new UserId(user), read);
  }

  @Test
  void recipientsAreWhoIsNamedOrWasThere() {
    members("t6", "ada", "bob", "cyn");
    Ack.Sent named = node.sent(to(message("t6", "ada", "1", "for bob"), "bob"));
    Ack.Sent all = node.sent(message("t6", "ada", "2", "for all"));
    members("t6", "dan");
    assertThat(node.delivery("t6", "ada", named.messageId()).recipients()).map(one -> one.user().value()).containsExactly("bob");
    assertThat(node.delivery("t6", "ada", all.messageId()).recipients()).map(one -> one.user().value()).containsExactly("bob", "cyn");
    assertThat(refusal(node.client.delivery(new ReadDelivery(new RoomId("t6"), new UserId("eve"), false, all.messageId()))).code())
        .isEqualTo(ErrorCode.NOT_MEMBER);
    assertThat(refusal(node.client.delivery(new ReadDelivery(new RoomId("t6"), new UserId("ada"), false, "no-2"))).code())
        .isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(refusal(node.client.cancel(new CancelDelivery(new RoomId("t6"), new UserId("bob"), false, all.messageId()))).code())
        .isEqualTo(ErrorCode.FORBIDDEN);
    node.mark("t6", "bob", 2L, null);
    Ack.Delivery cancelled = await(node.client.cancel(new CancelDelivery(new RoomId("t6"), new UserId("ada"), false, all.messageId())))
        .delivery();
    assertThat(cancelled.recipients()).map(Ack.Delivery.Recipient::status).containsExactly("DELIVERED", "CANCELLED");
    node.mark("t6", "cyn", null, 2L);
    assertThat(node.recipient("t6", "cyn", all.messageId()).status()).as("who has read has read").isEqualTo("READ");
  }

  @Test
  void figuresCountEachRecipientInTheirState() {
    members("t7", "zoe", "bob", "cyn", "dan");
    node.send(message("t7", "zoe", "1", "one"), message("t7", "zoe", "2", "two"));
    node.mark("t7", "bob", 2L, 1L);
    node.mark("t7", "cyn", 1L, null);
    Ack.Statistics figures = await(node.client.statistics(new ReadStatistics(new UserId("zoe")))).figures();
    assertThat(figures).extracting(Ack.Statistics::total, Ack.Statistics::sent, Ack.Statistics::delivered, Ack.Statistics::read,
        Ack.Statistics::successRate).containsExactly(6L, 3L, 2L, 1L, 1.0);
    assertThat(await(node.client.statistics(new ReadStatistics(null))).figures().total()).isGreaterThanOrEqualTo(6);
    assertThat(await(node.client.statistics(new ReadStatistics(new UserId("nobody")))).figures().total()).isZero();
  }

  @Test
  void whatIsCancelledTwiceAtTheSameTimeIsCountedOnce() {
    members("t8", "yan", "bob", "cyn");
    Ack.Sent sent = node.sent(message("t8", "yan", "1", "never mind"));
    CancelDelivery cancel = new CancelDelivery(new RoomId("t8"), new UserId("yan"), false, sent.messageId());
    await(Future.all(node.client.cancel(cancel), node.client.cancel(cancel), node.client.cancel(cancel)));
    assertThat(node.statistics("yan")).extracting(Ack.Statistics::total, Ack.Statistics::sent, Ack.Statistics::cancelled)
        .containsExactly(2L, 0L, 2L);
  }
}

package dev.chorus.delivery;

import static dev.chorus.delivery.DeliveryNode.await;
import static dev.chorus.delivery.DeliveryNode.refusal;
import static dev.chorus.delivery.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.bus.DeliveryMessage.HistoryPage;
import dev.chorus.bus.DeliveryMessage.JoinedRoom;
import dev.chorus.bus.DeliveryMessage.ListRooms;
import dev.chorus.bus.DeliveryMessage.LogPage;
import dev.chorus.bus.DeliveryMessage.ReadHistory;
import dev.chorus.bus.DeliveryMessage.RoomsPage;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Ack;
import dev.chorus.protocol.Json;
import dev.chorus.testkit.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ReadingTest {
  private static DeliveryNode node;

  @BeforeAll
  static void start() {
    node = DeliveryNode.start(TestPostgres.fresh());
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void aNewMembersMarksStartAtTheHeadOfTheFirstJoinAndStayThere() {
    JoinedRoom made = node.join("marks", "ada");
    assertThat(made).isEqualTo(new JoinedRoom(new RoomId("marks"), made.epoch(), 0, 0, 0, 0));
    assertThat(made.epoch()).isNotBlank();
    say("marks", "ada", 3);
    assertThat(node.join("marks", "ben")).isEqualTo(new JoinedRoom(new RoomId("marks"), made.epoch(), 3, 3, 3, 0));
    say("marks", "ada", 2);
    assertThat(node.join("marks", "ben")).isEqualTo(new JoinedRoom(new RoomId("marks"), made.epoch(), 5, 3, 3, 2));
    assertThat(node.join("marks", "ada").unread()).as("own messages are not unread").isZero();
  }

  @Test
  void unreadIsExactUpToItsBoundAndCountsOnBeyondIt() {
    node.join("long", "ada");
    node.join("long", "ben");
    say("long", "ada", 2100);
    say("long", "ben", 5);
    assertThat(node.join("long", "ben").unread()).isEqualTo(2105);
    assertThat(node.join("long", "ada").unread()).isEqualTo(105);
  }

  @Test
  void theLogIsReadUpwardsWithoutAGap() {
    JoinedRoom made = node.join("log", "ada");
    say("log", "ada", 10);
    LogPage page = node.read("log", 4, 3);
    assertThat(seqs(page.entries())).containsExactly(5L, 6L, 7L);
    assertThat(page).extracting(LogPage::epoch, LogPage::after, LogPage::head, LogPage::oldest).containsExactly(made.epoch(), 4L, 10L, 1L);
    assertThat(node.read("log", 10, 3).entries()).isEmpty();
    assertThat(node.read("log", 99, 3)).extracting(p -> p.entries().size(), LogPage::head).containsExactly(0, 10L);
    assertThat(node.read("unknown", 0, 3)).extracting(LogPage::epoch, LogPage::head).containsExactly(null, 0L);
  }

  @Test
  void aPageOfLongMessagesIsCutByItsWeightAndNeverEmpty() {
    node.join("heavy", "ada");
    String content = "x".repeat(65_000);
    for (int i = 0; i < 4; i++) {
      List<Append> batch = new ArrayList<>();
      for (int j = 0; j < 10; j++)
        batch.add(message("heavy", "ada", "c" + i + "-" + j, content));
      assertThat(await(node.sending(batch))).allMatch(v -> v.sent() != null);
    }
    List<Long> read = new ArrayList<>();
    int pages = 0;
    for (long after = 0; after < 40; after = read.getLast()) {
      List<byte[]> entries = node.read("heavy", after, 100).entries();
      assertThat(entries).isNotEmpty().hasSizeLessThan(20);
      read.addAll(seqs(entries));
      pages++;
    }
    assertThat(read).isEqualTo(LongStream.rangeClosed(1, 40).boxed().toList());
    assertThat(pages).isLessThan(5);
    assertThat(seqs(node.history("heavy", "ada", null, null, 100).entries())).endsWith(39L, 40L);
  }

  @Test
  void historyPagesBothWaysAndSaysWhetherThereIsMore() {
    node.join("history", "ada");
    say("history", "ada", 10);
    page(node.history("history", "ada", null, null, 4), true, 7, 8, 9, 10);
    page(node.history("history", "ada", 7L, null, 4), true, 3, 4, 5, 6);
    page(node.history("history", "ada", 3L, null, 4), false, 1, 2);
    page(node.history("history", "ada", 1L, null, 4), false);
    page(node.history("history", "ada", null, null, 10), false, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    page(node.history("history", "ada", null, 0L, 4), true, 1, 2, 3, 4);
    page(node.history("history", "ada", null, 6L, 4), false, 7, 8, 9, 10);
    page(node.history("history", "ada", null, 10L, 4), false);
    node.join("silent", "ada");
    page(node.history("silent", "ada", null, null, 4), false);
  }

  @Test
  void historyIsForMembersAndAdmins() {
    node.join("private", "ada");
    say("private", "ada", 2);
    assertThat(code("private", "eve", false, null)).isEqualTo(ErrorCode.NOT_MEMBER);
    assertThat(code("private", "eve", false, 0L)).isEqualTo(ErrorCode.NOT_MEMBER);
    assertThat(code("nowhere", "eve", false, null)).isEqualTo(ErrorCode.NOT_MEMBER);
    assertThat(code("nowhere", "root", true, null)).isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(code("nowhere", "root", true, 0L)).isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(await(node.client.history(request("private", "root", true, null))).entries()).hasSize(2);
    assertThat(await(node.client.history(request("private", "root", true, 1L))).entries()).hasSize(1);
  }

  @Test
  void historyLogAndRepeatedReadsShowTheSameBytes() {
    node.join("bytes", "ada");
    node.sent(
        Messages.metadata(message("bytes", "ada", "1", "with \"quotes\", ü and \uD83D\uDE00"), "{\"b\":1.0,\"a\":{\"deep\":[null,true]}}"));
    byte[] fromLog = node.read("bytes", 0, 1).entries().getFirst();
    assertThat(node.history("bytes", "ada", null, null, 1).entries().getFirst()).isEqualTo(fromLog);
    assertThat(node.history("bytes", "ada", null, 0L, 1).entries().getFirst()).isEqualTo(fromLog);
  }

  @Test
  void roomsAreListedByNameInPages() {
    for (String room : List.of("r3", "r1", "r2", "R9"))
      node.join(room, "lister");
    node.join("r1", "ben");
    say("r1", "ben", 2);
    RoomsPage first = rooms(null, 3);
    assertThat(first.rooms()).extracting(r -> r.room().value()).containsExactly("R9", "r1", "r2");
    assertThat(first.rooms().get(1)).extracting(Ack.Rooms.Room::head, Ack.Rooms.Room::readSeq, Ack.Rooms.Room::unread).containsExactly(2L,
        0L, 2L);
    RoomsPage last = rooms(first.cursor(), 3);
    assertThat(last.rooms()).extracting(r -> r.room().value()).containsExactly("r3");
    assertThat(last.cursor()).isNull();
    assertThat(rooms(null, 4).cursor()).as("nothing is left behind a page that is just full").isNull();
  }

  private static RoomsPage rooms(String cursor, int limit) {
    return await(node.client.rooms(new ListRooms(new UserId("lister"), cursor, limit)));
  }

  private static void say(String room, String user, int count) {
    List<Append> batch = new ArrayList<>();
    for (int i = 0; i < count; i++)
      batch.add(message(room, user, user + System.nanoTime() + i, "message " + i));
    assertThat(await(node.sending(batch))).allMatch(v -> v.sent() != null);
  }

  private static void page(HistoryPage page, boolean more, long... seqs) {
    assertThat(seqs(page.entries())).isEqualTo(LongStream.of(seqs).boxed().toList());
    assertThat(page.more()).isEqualTo(more);
  }

  private static ErrorCode code(String room, String user, boolean admin, Long after) {
    return refusal(node.client.history(request(room, user, admin, after))).code();
  }

  private static ReadHistory request(String room, String user, boolean admin, Long after) {
    return new ReadHistory(new RoomId(room), new UserId(user), admin, null, after, 50);
  }

  static List<Long> seqs(List<byte[]> entries) {
    return entries.stream().map(bytes -> {
      try {
        return Json.read(bytes, 0, bytes.length).get("seq").longValue();
      } catch (IOException notJson) {
        throw new UncheckedIOException(notJson);
      }
    }).toList();
  }
}

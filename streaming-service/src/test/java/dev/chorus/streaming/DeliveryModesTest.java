package dev.chorus.streaming;

import static dev.chorus.streaming.TestNode.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.Addresses;
import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.bus.DeliveryMessage.SendMessages;
import dev.chorus.bus.DeliveryMessage.SentMessages;
import dev.chorus.bus.DeliveryMessage.Verdict;
import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamRecord.Chunk;
import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.cluster.MemberState;
import dev.chorus.cluster.Role;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.NodeId;
import dev.chorus.model.Problem;
import dev.chorus.model.RoomId;
import dev.chorus.protocol.Ack;
import dev.chorus.protocol.ClientFrame.Send;
import dev.chorus.streaming.TestNode.Asking;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** In which portions an answer goes into the log, in which parts, and what becomes of its whole text. */
final class DeliveryModesTest {
  private static TestNode node;

  @BeforeAll
  static void start() throws Exception {
    node = TestNode.alone(Map.of("CHORUS_CHUNK_DELAY_MS", "10000"));
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
  }

  private static StartStream with(StartStream it, String deliver, String sections, boolean post) {
    return new StartStream(it.stream(), it.room(), it.user(), it.request(), false, null, "writer", null, deliver, sections, true, post,
        null, null, true,
        null, "request-1");
  }

  private static List<Chunk> chunks(StartStream start) throws Exception {
    node.start(start);
    List<StreamRecord> log = node.ended(start.stream());
    assertThat(TestNode.end(log).status()).isEqualTo("COMPLETED");
    return log.stream().filter(Chunk.class::isInstance).map(Chunk.class::cast).toList();
  }

  private static final String PROMPT = "[[rate:400]] Portions.";

  @Test
  void bySentences() throws Exception {
    List<Chunk> chunks = chunks(with(TestNode.asking(PROMPT), "sentence", null, false));
    assertThat(chunks).hasSizeBetween(4, 12);
    assertThat(chunks.subList(0, chunks.size() - 1)).allSatisfy(chunk -> assertThat(chunk.text().strip()).endsWith("."));
    assertThat(String.join("", chunks.stream().map(Chunk::text).toList()))
        .isEqualTo(TestNode.text(List.copyOf(chunks(TestNode.asking(PROMPT)))));
  }

  @Test
  void byBytes() throws Exception {
    List<Chunk> chunks = chunks(with(TestNode.asking("[[words:400]] [[rate:1000]] Long."), "buffered", null, false));
    assertThat(dev.chorus.model.Text.utf8Length(chunks.getFirst().text())).isBetween(1024, 1100);
  }

  @Test
  void inSectionsOneAfterTheOther() throws Exception {
    String sections = "[{\"name\":\"headline\",\"prompt\":\"[[rate:500]] Only a headline.\"},{\"name\":\"body\",\"prompt\":\"[[rate:500]] The body.\"}]";
    List<Chunk> chunks = chunks(with(TestNode.asking("Bikes."), "section", sections, false));
    assertThat(chunks).extracting(Chunk::section).containsExactly("headline", "body");
    assertThat(chunks.get(0).text()).contains("Only a headline.");
    assertThat(chunks.get(1).text()).contains("The body.");
    List<Chunk> tokens = chunks(with(TestNode.asking("Bikes."), null, sections, false));
    assertThat(tokens.stream().map(Chunk::section).distinct()).containsExactly("headline", "body");
  }

  @Test
  void anUnknownModeIsRefused() throws Exception {
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> node.start(with(TestNode.asking("No."), "letters", null, false)))
        .hasMessageContaining("'deliver'");
  }

  @Test
  void theFinishedTextBecomesAMessageOfTheRoomOnceThoughItTakesTwoTries() throws Exception {
    NodeId delivery = new NodeId("delivery-of-test");
    BlockingQueue<Append> sent = new LinkedBlockingQueue<>();
    node.members.joined(delivery, Set.of(Role.DELIVERY));
    node.members.says(delivery, MemberState.SERVING);
    await(node.bus.serve(Addresses.delivery(delivery), message -> {
      List<Append> messages = ((SendMessages) message).messages();
      boolean first = sent.isEmpty();
      sent.addAll(messages);
      return Future.succeededFuture(new SentMessages(messages.stream().map(it -> first
          ? Verdict.of(Problem.of(ErrorCode.UNAVAILABLE, "Not now."))
          : Verdict.of(new Ack.Sent("m1", 1L, "SENT", 1, false))).toList()));
    }));
    StartStream start = with(new Asking(PROMPT).in("posts").start(), null, null, true);
    List<Chunk> chunks = chunks(start);
    Append refused = sent.poll(30, TimeUnit.SECONDS);
    Append again = sent.poll(60, TimeUnit.SECONDS);
    assertThat(again).isEqualTo(refused);
    assertThat(again.sender()).isEqualTo(TestNode.ANNA);
    Send message = (Send) again.entry();
    assertThat(message.room()).isEqualTo(new RoomId("posts"));
    assertThat(message.clientId()).isEqualTo(start.stream().value());
    assertThat(message.role()).isEqualTo(Send.Role.ASSISTANT);
    assertThat(message.agentId()).isEqualTo("writer");
    assertThat(message.content()).isEqualTo(TestNode.text(List.copyOf(chunks)));
  }
}

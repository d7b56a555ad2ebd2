package dev.chorus.delivery;

import static dev.chorus.delivery.DeliveryNode.await;
import static dev.chorus.delivery.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.bus.DeliveryMessage.Verdict;
import dev.chorus.bus.GatewayMessage.RoomEntries;
import dev.chorus.bus.GatewayMessage.RoomFanout;
import dev.chorus.database.DatabaseConfig;
import dev.chorus.testkit.TcpProxy;
import dev.chorus.testkit.TestPostgres;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The connection breaks between COMMIT and its answer. */
class UnknownCommitTest {
  private static final int CUTS = 30;

  @Test
  void nothingIsLostAndNothingIsThereTwice() {
    DatabaseConfig direct = TestPostgres.fresh();
    try (TcpProxy proxy = new TcpProxy(direct.host(), direct.port());
        DeliveryNode node = DeliveryNode.start(through(proxy, direct), "delivery-1",
            Map.of("CHORUS_DELIVERY_LANES", "1", "CHORUS_DELIVERY_BATCH", "8"))) {
      node.join("room", "ada");
      DeliveryNode.Gateway gateway = node.gateway("gateway-1");
      node.watch(gateway, "room");
      List<Long> seqs = new ArrayList<>();
      for (int cut = 1; cut <= CUTS; cut++) {
        proxy.cutAnswerTo("cut-" + cut + ".");
        List<Future<List<Verdict>>> sends = new ArrayList<>();
        for (int i = 0; i < 5; i++)
          sends.add(node.sending(batch(cut, i)));
        for (Future<List<Verdict>> send : sends) {
          for (Verdict verdict : await(send)) {
            assertThat(verdict.sent()).as("verdict of %s", verdict).isNotNull();
            assertThat(verdict.sent().duplicate()).as("for its sender it is the first").isFalse();
            seqs.add(verdict.sent().seq());
          }
        }
        assertThat(proxy.cuts()).isEqualTo(cut);
      }
      List<Long> expected = LongStream.rangeClosed(1, 15L * CUTS).boxed().toList();
      assertThat(seqs).as("acks, in the order sent").isEqualTo(expected);
      assertThat(ReadingTest.seqs(node.read("room", 0, 1000).entries())).isEqualTo(expected);
      assertThat(fannedOut(gateway, expected.size())).isEqualTo(expected);
    }
  }

  private static List<Append> batch(int cut, int number) {
    List<Append> batch = new ArrayList<>();
    for (int i = 0; i < 3; i++)
      batch.add(message("room", "ada", cut + "-" + number + "-" + i, "cut-" + cut + "." + number));
    return batch;
  }

  private static List<Long> fannedOut(DeliveryNode.Gateway gateway, int count) {
    List<Long> seqs = new ArrayList<>();
    while (seqs.size() < count) {
      for (RoomEntries entries : gateway.expect(RoomFanout.class).rooms()) {
        assertThat(entries.prev()).isEqualTo(seqs.isEmpty() ? 0 : seqs.getLast());
        seqs.addAll(ReadingTest.seqs(entries.entries()));
      }
    }
    return seqs;
  }

  static DatabaseConfig through(TcpProxy proxy, DatabaseConfig direct) {
    return new DatabaseConfig("localhost", proxy.port(), direct.database(), direct.user(), direct.password(), direct.tls(),
        direct.rootCertificate());
  }
}

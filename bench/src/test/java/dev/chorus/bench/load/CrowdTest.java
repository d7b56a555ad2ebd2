package dev.chorus.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chorus.bench.process.Meter;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The load generator has to notice what a server does wrong; this server does it wrong on request. */
class CrowdTest {
  private static final int READERS = 5;
  private static final Load LOAD = new Load(new Load.Rate(200), 0, .5);
  /** Of the hundred that half a second allows, a machine that stands still for some time may leave out most. */
  private static final int ENOUGH = 80;
  private static final int MOST_RUNS = 50;
  private final Meter meter = new Meter(Map.of("none", () -> 1));
  private final List<ServerWebSocket> readers = new ArrayList<>();
  private final Vertx vertx = Vertx.vertx();
  private Loop loop;
  private LongPredicate refused = seq -> false;
  private LongPredicate dropped = seq -> false;
  private LongPredicate jumped = seq -> false;
  private boolean packed;
  private boolean hangsUp;
  private long seq;
  private final StringBuilder pack = new StringBuilder();

  @BeforeEach
  void open() throws IOException {
    loop = new Loop();
  }

  @AfterEach
  void close() throws Exception {
    loop.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Test
  void aFaithfulServerHasNoFaults() throws Exception {
    try (Crowd crowd = crowd()) {
      Outcome outcome = faithful(crowd);
      for (int runs = 1; isCutShort(outcome) && runs < MOST_RUNS; runs++)
        outcome = faithful(crowd);
      assertThat(outcome.published()).isGreaterThanOrEqualTo(ENOUGH);
      assertThat(outcome.acked()).isPositive();
      assertThat(outcome.delivered()).isGreaterThanOrEqualTo(outcome.published() * READERS / 2);
      assertThat(outcome.delivery().millis(.5)).isLessThanOrEqualTo(500.0);
    }
  }

  /** Whatever the machine does. */
  private Outcome faithful(Crowd crowd) throws Exception {
    Outcome outcome = crowd.run(LOAD, meter);
    assertThat(outcome.faults()).isZero();
    assertThat(outcome.published()).isLessThanOrEqualTo(101);
    assertThat(outcome.delivered()).isLessThanOrEqualTo(outcome.published() * READERS);
    if (outcome.delivered() > 0)
      assertThat(outcome.delivery().millis(.5)).isNotNegative();
    return outcome;
  }

  /** The machine stood still while it was measured. */
  private static boolean isCutShort(Outcome outcome) {
    return outcome.published() < ENOUGH || outcome.delivered() < outcome.published() * READERS / 2 || outcome.delivery().millis(.5) > 500;
  }

  @Test
  void severalEnvelopesInOneFrameAreCountedOneByOne() throws Exception {
    packed = true;
    assertThat(run().outOfOrder()).isZero();
  }

  @Test
  void whatNeverComesIsLostAndLeavesAGap() throws Exception {
    dropped = n -> n % 10 == 0;
    Outcome outcome = run();
    assertThat(outcome.lost()).isEqualTo(seq / 10 * READERS);
    assertThat(outcome.outOfOrder()).isPositive();
  }

  @Test
  void aNumberThatDoesNotFollowIsSeen() throws Exception {
    jumped = n -> n == 20;
    Outcome outcome = run();
    assertThat(outcome.lost()).isZero();
    assertThat(outcome.outOfOrder()).isEqualTo(2 * READERS);
  }

  @Test
  void aRefusedSendIsNotAnAckAndIsNotMissed() throws Exception {
    refused = n -> n % 5 == 0;
    Outcome outcome = run();
    assertThat(outcome.refused()).isPositive();
    assertThat(outcome.trouble()).contains("rate_limited");
    assertThat(outcome.lost()).isZero();
  }

  @Test
  void aLostConnectionEndsTheRun() {
    hangsUp = true;
    assertThatThrownBy(this::run).isInstanceOf(IOException.class).hasMessageContaining("4008");
  }

  /** One run, or as many as it takes to publish enough. */
  private Outcome run() throws Exception {
    try (Crowd crowd = crowd()) {
      Outcome outcome = crowd.run(LOAD, meter);
      for (int runs = 1; outcome.published() < ENOUGH && runs < MOST_RUNS; runs++)
        outcome = outcome.plus(crowd.run(LOAD, meter));
      return outcome;
    }
  }

  private Crowd crowd() throws Exception {
    int port = vertx.createHttpServer().webSocketHandler(socket -> socket.textMessageHandler(text -> text(socket, text)))
        .listen(0, "127.0.0.1")
        .toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS).actualPort();
    return new Crowd(loop, port, new TestDialect(), Seating.oneRoomEach(1, READERS, 1));
  }

  private void text(ServerWebSocket socket, String text) {
    if (text.equals("join")) {
      readers.add(socket);
      socket.writeTextMessage("joined");
      return;
    }
    int bar = text.indexOf('|');
    String id = text.substring(0, bar);
    if (refused.test(Long.parseLong(id))) {
      socket.writeTextMessage("{\"type\":\"error\",\"id\":" + id + ",\"data\":{\"code\":\"rate_limited\"}}");
      return;
    }
    seq++;
    socket.writeTextMessage("{\"type\":\"ack\",\"id\":" + id + "}");
    if (hangsUp && seq == 20)
      readers.getFirst().close((short) 4008, "slow");
    if (dropped.test(seq))
      return;
    deliver("{\"type\":\"message:new\",\"seq\":" + (jumped.test(seq) ? seq + 7 : seq) + ",\"data\":{\"content\":\""
        + text.substring(bar + 1) + "\"}}");
  }

  private void deliver(String envelope) {
    pack.append(pack.isEmpty() ? "" : "\n").append(envelope);
    if (packed && seq % 4 != 0)
      return;
    for (ServerWebSocket reader : readers)
      reader.writeTextMessage(pack.toString());
    pack.setLength(0);
  }

  private record TestDialect() implements Dialect {
    @Override
    public String path() {
      return "/";
    }

    @Override
    public List<String> headers(String user) {
      return List.of();
    }

    @Override
    public List<String> join(int room) {
      return List.of("join");
    }

    @Override
    public List<String> mayPublish(int room) {
      return List.of();
    }

    @Override
    public String answerSign() {
      return "joined";
    }

    @Override
    public String publish(int room, long id, String content) {
      return id + "|" + content;
    }

    @Override
    public boolean numbered() {
      return true;
    }
  }
}

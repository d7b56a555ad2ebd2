package dev.chorus.streaming;

import static dev.chorus.streaming.TestNode.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.StreamFigures;
import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamingMessage.CancelRoomStreams;
import dev.chorus.bus.StreamingMessage.Control;
import dev.chorus.bus.StreamingMessage.ControlStream;
import dev.chorus.bus.StreamingMessage.DescribeRoom;
import dev.chorus.bus.StreamingMessage.DescribeStream;
import dev.chorus.bus.StreamingMessage.MeasureStream;
import dev.chorus.bus.StreamingMessage.ReadStream;
import dev.chorus.bus.StreamingMessage.RecoverStream;
import dev.chorus.bus.StreamingMessage.RecoveredStream;
import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.bus.StreamingMessage.StartedStream;
import dev.chorus.database.DatabaseConfig;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import dev.chorus.model.Words;
import dev.chorus.protocol.Ack;
import dev.chorus.streaming.TestNode.Asking;
import dev.chorus.streaming.openai.OpenAiServer;
import dev.chorus.testkit.Eventually;
import dev.chorus.testkit.TestPostgres;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What people do to streams, by calls as gateways make them. */
final class ControlTest {
  private static final CountDownLatch talkerMayEnd = new CountDownLatch(1);
  /** Says a word every now and then until it may end. */
  private static OpenAiServer talker;
  private static TestNode node;
  private static Pool pool;

  @BeforeAll
  static void start() throws Exception {
    DatabaseConfig database = TestPostgres.fresh();
    talker = new OpenAiServer((request, out) -> {
      out.write(OpenAiServer.STREAM_HEAD.getBytes(StandardCharsets.US_ASCII));
      for (int word = 1; !talkerMayEnd.await(50, TimeUnit.MILLISECONDS); word++) {
        out.write(OpenAiServer.chunk("word" + word + " ", "null").getBytes(StandardCharsets.US_ASCII));
        out.flush();
      }
      out.write((OpenAiServer.chunk("", "\"stop\"") + "data: [DONE]\n\n").getBytes(StandardCharsets.US_ASCII));
    });
    node = TestNode.alone(database,
        TestNode.simulatingBeside("{\"name\":\"talker\",\"dialect\":\"openai\",\"baseUrl\":\"" + talker.baseUrl() + "\"}",
            "{\"name\":\"talker\",\"targets\":[{\"provider\":\"talker\"}]}"));
    pool = TestPostgres.pool(node.vertx, database, "streaming", 1);
  }

  @AfterAll
  static void stop() throws Exception {
    talkerMayEnd.countDown();
    node.close();
    talker.close();
  }

  private static Ack.StreamState control(StreamId stream, Control control) throws Exception {
    return await(node.client.control(new ControlStream(stream, TestNode.ANNA, false, control))).state();
  }

  private static String written(StreamId stream) throws Exception {
    return await(pool.preparedQuery("SELECT status FROM streams WHERE stream_id = $1").execute(Tuple.of(stream.value()))).iterator().next()
        .getString(0);
  }

  @Test
  void aPauseThatCouldNotBeWrittenDownIsWrittenWhenItIsRepeated() throws Exception {
    StreamId stream = node.start(TestNode.asking("[[stall-after:2]] Wait.")).streamId();
    await(pool.query("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not now'; END $$").execute());
    await(pool.query("CREATE TRIGGER refuse BEFORE UPDATE ON streams FOR EACH ROW WHEN (NEW.status = 'PAUSED') EXECUTE FUNCTION refuse()")
        .execute());
    assertThat(refusal(node.client.control(new ControlStream(stream, TestNode.ANNA, false, Control.PAUSE))))
        .isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(written(stream)).isEqualTo("STREAMING");
    await(pool.query("DROP TRIGGER refuse ON streams").execute());
    assertThat(control(stream, Control.PAUSE).status()).isEqualTo("PAUSED");
    assertThat(written(stream)).as("another owner finds it paused").isEqualTo("PAUSED");
    control(stream, Control.CANCEL);
  }

  @Test
  void whatIsWrittenDownIsHowItStandsHoweverFastItChanges() throws Exception {
    StreamId stream = node.start(TestNode.asking("[[stall-after:2]] Wait.")).streamId();
    for (int round = 0; round < 20; round++) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 5; i++)
        all.add(node.client.control(new ControlStream(stream, TestNode.ANNA, false, i % 2 == 0 ? Control.PAUSE : Control.RESUME)));
      await(Future.join(all));
      assertThat(written(stream)).isEqualTo("PAUSED");
      assertThat(control(stream, Control.RESUME).status()).isEqualTo("STREAMING");
    }
    control(stream, Control.CANCEL);
  }

  private static ErrorCode refusal(Future<?> future) throws Exception {
    try {
      await(future);
    } catch (ExecutionException refused) {
      return ((Refusal) refused.getCause()).problem().code();
    }
    throw new AssertionError("it was done");
  }

  private static StartStream running(String prompt, String room) throws Exception {
    return running(new Asking(prompt).in(room).start());
  }

  private static StartStream running(StartStream start) throws Exception {
    node.start(start);
    node.awaitHead(start.stream(), 3);
    return start;
  }

  @Test
  void aPausedStreamStandsStillUntilItIsResumed() throws Exception {
    StreamId stream = running(new Asking("Slowly.").in("pausing").of("talker").start()).stream();
    assertThat(control(stream, Control.PAUSE).status()).isEqualTo("PAUSED");
    assertThat(control(stream, Control.PAUSE).status()).as("again").isEqualTo("PAUSED");
    // The notice is the last for as long as anybody cares to look.
    List<StreamRecord> before = List.of();
    for (int looks = 0; looks < 1000 && (before.isEmpty() || !(before.getLast() instanceof StreamRecord.Notice)); looks++)
      before = await(node.client.read(new ReadStream(stream, 0, 1000))).records();
    await(node.vertx.timer(100));
    assertThat(await(node.client.read(new ReadStream(stream, 0, 1000))).records()).isEqualTo(before);
    assertThat(await(node.client.read(new ReadStream(stream, 0, 1))).status()).isEqualTo("PAUSED");
    assertThat(control(stream, Control.RESUME).status()).isEqualTo("STREAMING");
    control(stream, Control.RESUME);
    talkerMayEnd.countDown();
    List<StreamRecord> log = node.ended(stream);
    assertThat(TestNode.notices(log)).containsExactly("paused", "resumed");
    assertThat(TestNode.end(log).status()).isEqualTo("COMPLETED");
    assertThat(control(stream, Control.PAUSE).status()).as("what has ended stays so").isEqualTo("COMPLETED");
  }

  @Test
  void aPausedStreamCanBeCancelled() throws Exception {
    StreamId stream = running("[[words:5000]] [[rate:50]] Stop.", "stopping").stream();
    control(stream, Control.PAUSE);
    Ack.StreamState state = control(stream, Control.CANCEL);
    assertThat(state.status()).isEqualTo("CANCELLED");
    assertThat(state.text()).isNotEmpty();
    assertThat(control(stream, Control.CANCEL)).isEqualTo(state);
  }

  @Test
  void onlyTheStarterAndAdminsControlAStream() throws Exception {
    StreamId stream = running("[[words:5000]] [[rate:50]] Mine.", "mine").stream();
    for (Control control : Control.values())
      assertThat(refusal(node.client.control(new ControlStream(stream, TestNode.BEN, false, control)))).isEqualTo(ErrorCode.FORBIDDEN);
    assertThat(refusal(node.client.control(new ControlStream(new StreamId("~nothing"), TestNode.BEN, true, Control.PAUSE))))
        .isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(await(node.client.control(new ControlStream(stream, TestNode.BEN, true, Control.CANCEL))).state().status())
        .isEqualTo("CANCELLED");
  }

  @Test
  void allOfARoomAreCancelledThatTheCallerMayCancel() throws Exception {
    RoomId room = new RoomId("crowd");
    StreamId first = running("[[words:5000]] [[rate:50]] One.", "crowd").stream();
    StreamId second = running("[[words:5000]] [[rate:50]] Two.", "crowd").stream();
    StartStream other = new Asking("[[words:5000]] [[rate:50]] Three.").in("crowd").by(TestNode.BEN).start();
    node.start(other);
    assertThat(await(node.client.describeRoom(new DescribeRoom(room))).streams()).extracting(it -> it.state().streamId())
        .containsExactlyInAnyOrder(first, second, other.stream());
    assertThat(await(node.client.cancelRoom(new CancelRoomStreams(room, TestNode.ANNA, false))).streams())
        .containsExactlyInAnyOrder(first, second);
    assertThat(await(node.client.describeRoom(new DescribeRoom(room))).streams()).extracting(it -> it.state().streamId())
        .containsExactly(other.stream());
    assertThat(await(node.client.cancelRoom(new CancelRoomStreams(room, TestNode.ANNA, true))).streams()).containsExactly(other.stream());
    assertThat(await(node.client.cancelRoom(new CancelRoomStreams(room, TestNode.ANNA, true))).streams()).isEmpty();
  }

  @Test
  void theMetricsOfARunningAndOfAnEndedStreamCanBeAskedFor() throws Exception {
    StreamId stream = running("[[words:5000]] [[rate:50]] Count.", "counting").stream();
    assertThat(await(node.client.measure(new MeasureStream(stream))).metrics().chunks()).isGreaterThanOrEqualTo(3);
    control(stream, Control.CANCEL);
    StreamRecord.End end = TestNode.end(node.ended(stream));
    assertThat(await(node.client.measure(new MeasureStream(stream))).metrics()).isEqualTo(end.metrics());
    StreamFigures figures = await(node.client.figures(node.self)).figures().stream().filter(its -> its.provider().equals("sim")).findFirst()
        .orElseThrow();
    assertThat(figures.cancelled()).isPositive();
    assertThat(figures.started()).isGreaterThanOrEqualTo(figures.cancelled() + figures.completed() + figures.failed());
    assertThat(StreamFigures.percentile(figures.firstToken(), 0.5)).isPositive();
  }

  private RecoveredStream recover(StreamId failed, UserId user) throws Exception {
    return await(node.client
        .recover(new RecoverStream(failed.sibling(Words.random(16)), failed, user, false, null, "request-2")));
  }

  @Test
  void aFailedStreamIsRecoveredOnceByANewOneThatBeginsWithItsText() throws Exception {
    StartStream broken = new Asking("[[words:40]] [[rate:2000]] [[fail-after:20]] Break.").in("broken").start();
    node.start(broken);
    List<StreamRecord> failed = node.ended(broken.stream());
    assertThat(TestNode.end(failed).status()).isEqualTo("FAILED");
    RecoveredStream recovered = recover(broken.stream(), TestNode.ANNA);
    assertThat(recovered.continues()).isEqualTo(broken.stream());
    assertThat(recovered.existing()).isFalse();
    assertThat(recovered.streamId().key()).isEqualTo("broken");
    List<StreamRecord> log = node.ended(recovered.streamId());
    assertThat(((StreamRecord.Chunk) log.getFirst()).text()).isEqualTo(TestNode.text(failed));
    RecoveredStream again = recover(broken.stream(), TestNode.ANNA);
    assertThat(again.existing()).isTrue();
    assertThat(again.streamId()).isEqualTo(recovered.streamId());
    assertThat(
        refusal(node.client.recover(new RecoverStream(new StreamId("broken~other"), broken.stream(), TestNode.BEN, false, null, "r"))))
        .isEqualTo(ErrorCode.FORBIDDEN);
  }

  @Test
  void onlyWhatFailedCanBeRecovered() throws Exception {
    StreamId stream = node.start(TestNode.asking("[[rate:2000]] Fine.")).streamId();
    node.ended(stream);
    assertThat(refusal(node.client.recover(new RecoverStream(stream.sibling("x1"), stream, TestNode.ANNA, false, null, "r"))))
        .isEqualTo(ErrorCode.CONFLICT);
    assertThat(await(node.client.describe(new DescribeStream(stream))).state().status()).isEqualTo("COMPLETED");
  }

  @Test
  void itDescribesTheWholeText() throws Exception {
    StartedStream started = node.start(TestNode.asking("[[rate:1000]] [[words:1500]] [[think]] Describe."));
    Eventually.await("it has ended", Duration.ofSeconds(60), () -> node.client.describe(new DescribeStream(started.streamId()))
        .map(it -> it.state().status().equals("COMPLETED")).otherwise(false).toCompletionStage().toCompletableFuture().join());
    // It may be longer than one page.
    Ack.StreamState described = await(node.client.describe(new DescribeStream(started.streamId()))).state();
    assertThat(described.text().split(" ", -1)).hasSize(1500);
    assertThat(described.reasoning()).isNotBlank();
    assertThat(node.ended(started.streamId(), described.head() - 1)).singleElement().isInstanceOf(StreamRecord.End.class);
  }
}

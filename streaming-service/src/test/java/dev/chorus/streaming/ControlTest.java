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
import dev.chorus.database.Database;
import dev.chorus.database.DatabaseConfig;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import dev.chorus.model.Words;
import dev.chorus.protocol.Ack;
import dev.chorus.streaming.TestNode.Asking;
import dev.chorus.testkit.TestPostgres;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What people do to streams, by calls as gateways make them. */
final class ControlTest {
  private static TestNode node;
  private static Pool pool;

  @BeforeAll
  static void start() throws Exception {
    DatabaseConfig database = TestPostgres.fresh();
    node = TestNode.alone(database, Map.of());
    pool = Database.pool(node.vertx, database, "streaming", 1);
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
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
    StartStream start = new Asking(prompt).in(room).start();
    node.start(start);
    for (int looks = 0; looks < 1000; looks++) {
      if (await(node.client.read(new ReadStream(start.stream(), 0, 10))).head() >= 3)
        return start;
      await(node.vertx.timer(10));
    }
    throw new AssertionError("it does not come so far");
  }

  @Test
  void aPausedStreamStandsStillUntilItIsResumed() throws Exception {
    StreamId stream = running("[[words:700]] [[rate:140]] Slowly.", "pausing").stream();
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
    List<StreamRecord> log = node.ended(stream);
    assertThat(TestNode.notices(log)).containsExactly("paused", "resumed");
    assertThat(TestNode.end(log).status()).isEqualTo("COMPLETED");
    assertThat(control(stream, Control.PAUSE).status()).as("what has ended stays so").isEqualTo("COMPLETED");
  }

  @Test
  void aPausedStreamCanBeCancelled() throws Exception {
    StreamId stream = running("[[words:1000]] [[rate:100]] Stop.", "stopping").stream();
    control(stream, Control.PAUSE);
    Ack.StreamState state = control(stream, Control.CANCEL);
    assertThat(state.status()).isEqualTo("CANCELLED");
    assertThat(state.text()).isNotEmpty();
    assertThat(control(stream, Control.CANCEL)).isEqualTo(state);
  }

  @Test
  void onlyTheStarterAndAdminsControlAStream() throws Exception {
    StreamId stream = running("[[words:1000]] [[rate:100]] Mine.", "mine").stream();
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
    StreamId first = running("[[words:1000]] [[rate:100]] One.", "crowd").stream();
    StreamId second = running("[[words:1000]] [[rate:100]] Two.", "crowd").stream();
    StartStream other = new Asking("[[words:1000]] [[rate:100]] Three.").in("crowd").by(TestNode.BEN).start();
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
    StreamId stream = running("[[words:1000]] [[rate:100]] Count.", "counting").stream();
    assertThat(await(node.client.measure(new MeasureStream(stream))).metrics().chunks()).isGreaterThanOrEqualTo(3);
    control(stream, Control.CANCEL);
    StreamRecord.End end = TestNode.end(node.ended(stream));
    assertThat(await(node.client.measure(new MeasureStream(stream))).metrics()).isEqualTo(end.metrics());
    StreamFigures figures = await(node.client.figures(node.self)).figures().getFirst();
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
}

package dev.chorus.streaming.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamRecord.Chunk;
import dev.chorus.bus.StreamRecord.Kind;
import dev.chorus.model.StreamId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the lane of ends and that of the other records owe each other, with writers that answer when the test says so. */
final class LogLanesTest {
  private static final StreamId STREAM = new StreamId("~s");
  private static final Chunk CHUNK = new Chunk(1, Kind.CONTENT, "a", null, null, null);
  private static final StreamRecord.End END = new StreamRecord.End(2, "COMPLETED", "stop", null, null, null, null);
  private volatile Instant now = Instant.ofEpochSecond(1_000_000);
  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final Slow rowsWriter = new Slow();
  private final Slow endsWriter = new Slow();
  private final AppendLane rows = lane(rowsWriter);
  private final AppendLane ends = lane(endsWriter);

  private AppendLane lane(Writer writer) {
    InstantSource source = () -> now;
    Clock clock = source.withZone(ZoneOffset.UTC);
    return new AppendLane(vertx, clock, writer, () -> {}, () -> {});
  }

  private static final class Slow implements Writer {
    final List<Batch> batches = new ArrayList<>();
    Promise<Boolean> answer;

    @Override
    public Future<Boolean> write(Batch batch) {
      batches.add(batch);
      answer = Promise.promise();
      return answer.future();
    }

    @Override
    public void close() {}
  }

  private static final class Deaf implements Logged {
    @Override
    public void committed(List<StreamRecord> records) {}

    @Override
    public void unstorable() {}
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  /** Does it on the lanes' context, and returns when all that follows from it at once has happened. */
  private void does(Runnable what) throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    context.runOnContext(now -> {
      what.run();
      context.runOnContext(next -> context.runOnContext(last -> done.complete(null)));
    });
    done.get(60, TimeUnit.SECONDS);
  }

  @Test
  void anEndWaitsUntilWhatACrashMayHaveTakenIsWrittenAgain() throws Exception {
    ends.follow(rows);
    does(() -> rows.append(STREAM, CHUNK, new Deaf()));
    does(() -> rowsWriter.answer.complete(true));
    does(ends::connectionLost);
    assertThat(rowsWriter.batches).as("written again, since both connections lead to the same server").hasSize(2);
    assertThat(rowsWriter.batches.getLast().fresh()).isFalse();
    does(() -> ends.append(STREAM, END, new Deaf()));
    assertThat(endsWriter.batches).isEmpty();
    does(() -> rowsWriter.answer.complete(true));
    assertThat(endsWriter.batches).hasSize(1);
  }

  @Test
  void whatIsOnTheDiskWithAnEndIsNotWrittenAgain() throws Exception {
    ends.follow(rows);
    does(() -> rows.append(STREAM, CHUNK, new Deaf()));
    does(() -> rowsWriter.answer.complete(true));
    now = now.plusMillis(1);
    does(() -> ends.append(STREAM, END, new Deaf()));
    does(() -> endsWriter.answer.complete(true));
    does(rows::connectionLost);
    assertThat(rowsWriter.batches).hasSize(1);
  }

  @Test
  void theRecordsOfOneTurnAreOneBatch() throws Exception {
    does(() -> {
      rows.append(STREAM, CHUNK, new Deaf());
      rows.append(STREAM, new Chunk(2, Kind.CONTENT, "b", null, null, null), new Deaf());
    });
    assertThat(rowsWriter.batches).hasSize(1);
    assertThat(rowsWriter.batches.getFirst().entries()).hasSize(2);
    assertThat(rowsWriter.batches.getFirst().fresh()).isTrue();
  }
}

package dev.chorus.streaming.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.database.Database;
import dev.chorus.database.DatabaseConfig;
import dev.chorus.model.NodeId;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import dev.chorus.model.Words;
import dev.chorus.testkit.Eventually;
import dev.chorus.testkit.TestPostgres;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** Openings that PostgreSQL does not answer. */
final class OpeningQueueTest {
  private static final Incarnation OWNER = new Incarnation(new NodeId("opener"), 1);
  private static final long CALL_MS = 2000;

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  private static OpeningRow row(String user) {
    StartStream start = new StartStream(StreamId.of(null, Words.random(12)), null, new UserId(user), "{}", false, null, null, null, null,
        null, true, false, null, null, true, null, "r");
    return new OpeningRow(OWNER, new Plan(start, null, null), start.stream().word(), "m", "p", Clock.systemUTC().millis());
  }

  private static Future<Opening> open(Context context, OpeningQueue queue, OpeningRow row) {
    CompletableFuture<Future<Opening>> asked = new CompletableFuture<>();
    context.runOnContext(turn -> asked.complete(queue.open(row)));
    return asked.orTimeout(60, TimeUnit.SECONDS).join();
  }

  @Test
  void callsThatPostgresNeverAnswersFailInTimeAndHoldUpNobody() throws Exception {
    Vertx vertx = Vertx.vertx();
    DatabaseConfig database = TestPostgres.fresh();
    await(Database.migrate(vertx, database, "streaming"));
    Pool pool = TestPostgres.pool(vertx, database, "streaming", 8);
    await(new Ownership(pool).register(OWNER));
    Context context = vertx.getOrCreateContext();
    OpeningQueue queue = new OpeningQueue(pool, Clock.systemUTC(), 5, CALL_MS);
    SqlConnection holder = await(pool.getConnection());
    await(holder.query("BEGIN").execute());
    // Whoever opens for the user shut waits for this lock; nobody else does.
    await(holder.query("SELECT pg_advisory_xact_lock(hashtextextended('shut', 33))").execute());
    Future<Opening> first = open(context, queue, row("shut"));
    Future<Opening> second = open(context, queue, row("shut"));
    Future<Opening> behind = open(context, queue, row("free"));
    assertThat(failure(first)).isInstanceOf(TimeoutException.class);
    assertThat(failure(second)).isInstanceOf(TimeoutException.class);
    assertThat(failure(behind)).satisfiesAnyOf(none -> assertThat(none).isNull(),
        late -> assertThat(late).isInstanceOf(TimeoutException.class));
    // On a slow machine it may have been told that its patience was over; the next then has its turn at once.
    Eventually.await("another user's is opened", Duration.ofSeconds(60),
        () -> open(context, queue, row("free")).otherwise((Opening) null).toCompletionStage().toCompletableFuture()
            .join() instanceof Opening.Opened);
    await(holder.query("ROLLBACK").execute());
    await(vertx.close());
  }

  private static Throwable failure(Future<?> future) throws Exception {
    return await(future.map((Throwable) null).otherwise(cause -> cause));
  }
}

package dev.chorus.streaming.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamRecord.Chunk;
import dev.chorus.bus.StreamRecord.Kind;
import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.database.Database;
import dev.chorus.database.DatabaseConfig;
import dev.chorus.model.NodeId;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import dev.chorus.model.Words;
import dev.chorus.protocol.StreamMetrics;
import dev.chorus.protocol.Usage;
import dev.chorus.testkit.TestPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Records by time, in a PostgreSQL of their own. */
final class RecordSlotsTest {
  private static final long LONG_AHEAD = Duration.ofDays(1).toMillis();
  private static final Incarnation OWNER = new Incarnation(new NodeId("owner"), 1);
  private Vertx vertx;
  private Pool pool;
  private PgConnectOptions options;
  private RecordSlots slots;

  @BeforeEach
  void start() throws Exception {
    vertx = Vertx.vertx();
    DatabaseConfig database = TestPostgres.fresh();
    await(Database.migrate(vertx, database, "streaming"));
    options = Database.byIndex(Database.connectOptions(database, "streaming"));
    pool = TestPostgres.pool(vertx, options, 2);
    // Longer than a product waits for a lock: here somebody else's turn is awaited meanwhile.
    slots = new RecordSlots(vertx, options, "120s", "120s");
    await(new Ownership(pool).register(OWNER));
  }

  @AfterEach
  void stop() throws Exception {
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  private record Opened(StreamId id, int slot) implements Logged {
    @Override
    public void committed(List<StreamRecord> records) {}

    @Override
    public void unstorable() {}
  }

  private Opened open() throws Exception {
    StreamId stream = StreamId.of(null, Words.random(12));
    StartStream start = new StartStream(stream, null, new UserId(stream.value()), "{}", false, null, null, null, null, null, true, false,
        null, null, true, null, "r");
    Opening opening = await(
        new Openings(pool, Clock.systemUTC(), 5).open(OWNER, new Plan(start, null, null), "epoch", "m", "p", Clock.systemUTC().millis()));
    return new Opened(stream, ((Opening.Opened) opening).slot());
  }

  private Future<Boolean> write(Opened stream, StreamRecord... records) {
    List<Batch.Entry> entries = new ArrayList<>();
    for (StreamRecord record : records)
      entries.add(new Batch.Entry(stream.id, record, stream));
    return new PgWriter(vertx, options, () -> OWNER, () -> {}).write(new Batch(entries, false));
  }

  private static StreamRecord chunk(long seq) {
    return new Chunk(seq, Kind.CONTENT, "word ", null, null, null);
  }

  private static StreamRecord end(long seq) {
    return new StreamRecord.End(seq, "COMPLETED", "stop", null, new Usage(1, 2, 3, true), null, new StreamMetrics(1L, 2, 3, 4, 1, 0, 0));
  }

  /** The next slot begins now. */
  private void next() throws Exception {
    await(pool.query("UPDATE record_slots SET begins_at = clock_timestamp() WHERE begins_at > clock_timestamp()").execute());
    await(slots.tend(Duration.ofHours(1), 0));
  }

  private List<String> tables() throws Exception {
    List<String> names = new ArrayList<>();
    for (Row row : await(pool.query("SELECT relname FROM pg_class WHERE relname ~ '^records_[0-9]+$' AND relkind = 'r' ORDER BY relname")
        .execute()))
      names.add(row.getString(0));
    return names;
  }

  private Future<Void> drop() {
    return slots.tend(Duration.ofHours(1), Clock.systemUTC().millis() + LONG_AHEAD);
  }

  /** As when the time for which they are kept were over. */
  private void expire() throws Exception {
    await(new Ownership(pool).expire(Clock.systemUTC().millis() + LONG_AHEAD, Duration.ZERO, 100));
  }

  @Test
  void recordsGoToTheSlotInWhichTheirStreamWasOpenedAndTheNextIsReadyBeforeItBegins() throws Exception {
    Opened before = open();
    assertThat(before.slot).isZero();
    await(slots.tend(Duration.ofHours(1), 0));
    assertThat(tables()).containsExactly("records_0", "records_1");
    Opened first = open();
    assertThat(first.slot).isEqualTo(1);
    await(slots.tend(Duration.ofHours(1), 0));
    assertThat(tables()).as("a slot has begun, so there is one ahead").containsExactly("records_0", "records_1", "records_2");
    await(slots.tend(Duration.ofHours(1), 0));
    assertThat(tables()).hasSize(3);
    assertThat(
        await(pool.query(
            "SELECT relname FROM pg_class WHERE relname LIKE 'records%' AND 'autovacuum_enabled=off' = ANY (reloptions) ORDER BY relname")
            .execute()))
        .as("tables in which nothing changes and that go as a whole").extracting(row -> row.getString(0))
        .containsExactly("records_1", "records_2");
    next();
    Opened second = open();
    assertThat(second.slot).isEqualTo(2);
    await(write(before, chunk(1)));
    await(write(first, chunk(1), chunk(2)));
    await(write(first, chunk(2), chunk(3)));
    await(write(second, chunk(1)));
    assertThat(await(pool.query("SELECT count(*) FROM records_1").execute()).iterator().next().getLong(0)).isEqualTo(3);
    assertThat(await(new StreamLog(pool).page(first.id, 0, 10))).containsExactly(chunk(1), chunk(2), chunk(3));
    assertThat(await(new StreamLog(pool).find(first.id)).orElseThrow().head()).isEqualTo(3);
    assertThat(await(new StreamLog(pool).page(before.id, 0, 10))).containsExactly(chunk(1));
  }

  @Test
  void aSlotGoesAsAWholeWhenTheLastOfItsStreamsHasExpired() throws Exception {
    await(slots.tend(Duration.ofHours(1), 0));
    Opened ended = open();
    Opened running = open();
    await(write(ended, chunk(1), end(2)));
    await(write(running, chunk(1)));
    next();
    next();
    expire();
    await(drop());
    assertThat(tables()).as("one runs").contains("records_1");
    assertThat(await(new StreamLog(pool).page(running.id, 0, 10))).hasSize(1);
    await(write(running, end(2)));
    await(drop());
    assertThat(tables()).as("one has not expired").contains("records_1");
    expire();
    await(drop());
    assertThat(tables()).doesNotContain("records_1").contains("records_0");
    Opened later = open();
    await(write(later, chunk(1), end(2)));
    assertThat(await(new StreamLog(pool).page(later.id, 0, 10))).hasSize(2);
  }

  @Test
  void droppingASlotKeepsNobodyFromWriting() throws Exception {
    await(slots.tend(Duration.ofHours(1), 0));
    next();
    next();
    Opened writing = open();
    PgConnection reader = await(PgConnection.connect(vertx, options));
    await(reader.begin());
    await(reader.query("SELECT count(*) FROM records").execute());
    Future<Void> dropping = drop();
    // The reader holds it up: wait until it is known to wait, then write.
    for (int looks = 0; looks < 3000 && !isDetaching(); looks++)
      await(vertx.timer(10));
    assertThat(isDetaching()).isTrue();
    assertThat(await(write(writing, chunk(1), chunk(2)))).isTrue();
    assertThat(await(new StreamLog(pool).page(writing.id, 0, 10))).hasSize(2);
    assertThat(dropping.isComplete()).isFalse();
    await(reader.query("COMMIT").execute());
    await(dropping);
    assertThat(tables()).doesNotContain("records_1");
  }

  @Test
  void oneThatWasNotDroppedToTheEndIsDroppedLater() throws Exception {
    await(slots.tend(Duration.ofHours(1), 0));
    next();
    next();
    PgConnection reader = await(PgConnection.connect(vertx, options));
    await(reader.begin());
    await(reader.query("SELECT count(*) FROM records").execute());
    Future<Void> dropping = drop();
    for (int looks = 0; looks < 3000 && !isDetaching(); looks++)
      await(vertx.timer(10));
    await(pool.query("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE 'ALTER TABLE records DETACH%'").execute());
    await(dropping.otherwiseEmpty());
    assertThat(dropping.failed()).isTrue();
    assertThat(tables()).contains("records_1");
    await(reader.query("COMMIT").execute());
    await(drop());
    assertThat(tables()).doesNotContain("records_1");
  }

  private boolean isDetaching() throws Exception {
    return await(pool.query("SELECT count(*) FROM pg_inherits WHERE inhdetachpending").execute()).iterator().next().getLong(0) > 0;
  }

  @Test
  void aStreamIsFoundByItsKeysInEverySlot() throws Exception {
    await(slots.tend(Duration.ofHours(1), 0));
    next();
    await(pool.query(
        "INSERT INTO records (stream_id, seq, kind, text, slot) SELECT 's' || i % 500, i / 500, 0, 'word', i % 500 % 3 FROM generate_series(0, 30000) i")
        .execute());
    await(pool.query("ANALYZE").execute());
    for (String query : List.of("SELECT seq, kind, text, extra, raw FROM records WHERE stream_id = 's7' AND seq > 3 ORDER BY seq LIMIT 100",
        "SELECT max(r.seq) FROM records r WHERE r.stream_id = 's7'")) {
      StringBuilder plan = new StringBuilder();
      for (Row row : await(pool.query("EXPLAIN " + query).execute()))
        plan.append(row.getString(0)).append('\n');
      assertThat(plan.toString()).doesNotContain("Seq Scan").contains("records_0_pkey").contains("records_1_pkey")
          .contains("records_2_pkey");
    }
  }

  @Test
  void whatIsOldIsDeletedInBatches() throws Exception {
    List<Opened> streams = List.of(open(), open(), open());
    for (Opened stream : streams)
      assertThat(await(write(stream, chunk(1), end(2)))).isTrue();
    Opened running = open();
    assertThat(await(write(running, chunk(1)))).isTrue();
    int deleted = 0;
    for (int round = 0; round < 100; round++) {
      int some = await(new Ownership(pool).expire(Clock.systemUTC().millis() + LONG_AHEAD, Duration.ofHours(1), 2));
      assertThat(some).isLessThanOrEqualTo(2);
      deleted += some;
      if (some == 0)
        break;
    }
    assertThat(deleted).isEqualTo(3);
    for (Opened stream : streams)
      assertThat(await(new StreamLog(pool).find(stream.id))).isEmpty();
    assertThat(await(new StreamLog(pool).find(running.id))).isPresent();
  }
}

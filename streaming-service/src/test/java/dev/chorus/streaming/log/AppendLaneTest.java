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
import dev.chorus.protocol.ToolDelta;
import dev.chorus.protocol.Usage;
import dev.chorus.testkit.Eventually;
import dev.chorus.testkit.TestPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The lane and the fence against a real PostgreSQL. */
final class AppendLaneTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Incarnation ZOMBIE = new Incarnation(new NodeId("zombie"), 1);
  private static Vertx vertx;
  private static DatabaseConfig database;
  private static Pool pool;

  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    database = TestPostgres.freshOfLongUp();
    await(Database.migrate(vertx, database, "streaming"));
    pool = TestPostgres.pool(vertx, database, "streaming", 2);
  }

  @AfterAll
  static void stop() throws Exception {
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  /** A lane on a context of its own, and what it says. */
  private static final class Lane {
    final CompletableFuture<Void> fenced = new CompletableFuture<>();
    final List<StreamRecord> committed = new CopyOnWriteArrayList<>();
    final CompletableFuture<StreamId> unstorable = new CompletableFuture<>();
    final List<Integer> batches = new CopyOnWriteArrayList<>();
    private final io.vertx.core.Context context = vertx.getOrCreateContext();
    private final AppendLane lane;
    private int before;

    Lane(Incarnation owner) {
      this(() -> owner);
    }

    Lane(Supplier<Incarnation> owner) {
      lane = new AppendLane(vertx, Clock.systemUTC(), Database.connectOptions(database, "streaming"), owner,
          () -> fenced.complete(null), () -> {
            batches.add(committed.size() - before);
            before = committed.size();
          });
    }

    void append(StreamId stream, StreamRecord... records) {
      context.runOnContext(now -> lane.append(stream, List.of(records), new Logged() {
        @Override
        public void committed(List<StreamRecord> some) {
          committed.addAll(some);
        }

        @Override
        public void unstorable() {
          unstorable.complete(stream);
        }
      }));
    }

    void afterTurns(int turns, Runnable what) {
      context.runOnContext(now -> {
        if (turns == 0)
          what.run();
        else
          afterTurns(turns - 1, what);
      });
    }

    void awaitCommitted(int records) {
      Eventually.await("they are committed", LIMIT, () -> committed.size() >= records);
      assertThat(committed).hasSize(records);
    }
  }

  private static final Duration WAITS = Duration.ofMinutes(2);

  private static Openings openings() {
    return new Openings(pool, Clock.systemUTC(), 5);
  }

  private static StreamId opened(Incarnation owner) throws Exception {
    return opened(owner, openings());
  }

  private static StreamId opened(Incarnation owner, Openings openings) throws Exception {
    StreamId stream = StreamId.of(null, Words.random(12));
    StartStream start = new StartStream(stream, null, new UserId(stream.value()), "{}", false, null, null, null, null, null, true, false,
        null, null, true, null, "r");
    assertThat(await(openings.open(owner, new Plan(start, null, null), "epoch", "m", "p", Clock.systemUTC().millis())))
        .isEqualTo(new Opening.Opened(0));
    return stream;
  }

  private static Incarnation owner() throws Exception {
    Incarnation owner = new Incarnation(new NodeId(Words.random(8)), 1);
    await(new Ownership(pool).register(owner));
    return owner;
  }

  private static Chunk chunk(long seq, String text) {
    return new Chunk(seq, Kind.CONTENT, text, null, null, null);
  }

  private static StreamRecord.End end(long seq, String status) {
    return new StreamRecord.End(seq, status, null, null, new Usage(1, 2, 3, true), null,
        new StreamMetrics(1L, 2, 3, 4, 1, 0, 0));
  }

  @Test
  void whatIsReadIsWhatWasWritten() throws Exception {
    Incarnation owner = owner();
    StreamId stream = opened(owner);
    Lane lane = new Lane(owner);
    List<StreamRecord> all = List.of(new Chunk(1, Kind.CONTENT, "text “ü” 😀", null, null, "{\"raw\":\"\\u0000\"}"),
        new Chunk(2, Kind.REASONING, "", null, "body", null),
        new Chunk(3, Kind.TOOL, "", new ToolDelta(1, "id", null, "{"), null, null),
        new StreamRecord.Notice(4, "failover", 2L, "p", 2),
        end(5, "COMPLETED"));
    lane.append(stream, all.toArray(StreamRecord[]::new));
    lane.awaitCommitted(5);
    assertThat(await(new StreamLog(pool).page(stream, 0, 100))).isEqualTo(all);
    StoredStream stored = await(new StreamLog(pool).find(stream)).orElseThrow();
    assertThat(stored.status()).isEqualTo("COMPLETED");
    assertThat(stored.head()).isEqualTo(5);
  }

  @Test
  void whatWaitsForAConnectionWhenItsOwnerIsFencedIsNotWrittenInTheNextLife() throws Exception {
    Incarnation first = owner();
    Incarnation next = first.next();
    await(new Ownership(pool).register(next));
    StreamId old = opened(first);
    // It is dead already, and does not know it yet.
    await(new Ownership(pool).fence(first.toString()));
    AtomicReference<Incarnation> now = new AtomicReference<>(first);
    Lane lane = new Lane(now::get);
    // The write begins in the turn after it was asked for; in the turns after that there is no connection yet.
    lane.append(old, chunk(1, "of the life before"));
    lane.afterTurns(3, () -> {
      now.set(next);
      lane.lane.clear();
    });
    StreamId fresh = opened(next);
    lane.append(fresh, chunk(1, "of this life"));
    lane.awaitCommitted(1);
    assertThat(await(new StreamLog(pool).page(fresh, 0, 10))).hasSize(1);
    // One batch goes after the other: what was on its way before is there by now, or never.
    assertThat(await(new StreamLog(pool).page(old, 0, 10))).isEmpty();
  }

  @Test
  void manyStreamsShareTheirBatches() throws Exception {
    Incarnation owner = owner();
    List<StreamId> streams = new ArrayList<>();
    for (int i = 0; i < 50; i++)
      streams.add(opened(owner));
    Lane lane = new Lane(owner);
    for (int seq = 1; seq <= 20; seq++)
      for (StreamId stream : streams)
        lane.append(stream, chunk(seq, "x"));
    lane.awaitCommitted(1000);
    assertThat(lane.batches).hasSizeLessThan(200);
    for (StreamId stream : streams)
      assertThat(await(new StreamLog(pool).page(stream, 0, 100))).hasSize(20);
  }

  @Test
  void whoDidNotHearThatItIsRegisteredRegistersAgain() throws Exception {
    Incarnation owner = owner();
    Ownership ownership = new Ownership(pool);
    await(ownership.register(owner));
    assertThat(await(ownership.beat(owner))).isTrue();
    await(ownership.fence(owner.toString()));
    await(ownership.register(owner));
    assertThat(await(ownership.beat(owner))).as("who is fenced stays so").isFalse();
  }

  @Test
  void aFencedOwnersLateAppendIsRefusedAndNoNumberIsTwice() throws Exception {
    await(new Ownership(pool).register(ZOMBIE));
    StreamId stream = opened(ZOMBIE);
    Lane zombie = new Lane(ZOMBIE);
    zombie.append(stream, chunk(1, "a"), chunk(2, "b"));
    zombie.awaitCommitted(2);
    Ownership taker = new Ownership(pool);
    await(taker.fence(ZOMBIE.toString()));
    var orphan = await(taker.leftBy(ZOMBIE.toString(), WAITS, List.of())).getFirst();
    assertThat(orphan.stream().head()).isEqualTo(2);
    assertThat(orphan.plan().orElseThrow().start().user()).isEqualTo(new UserId(stream.value()));
    assertThat(orphan.stale() || orphan.unsafe()).isFalse();
    Incarnation heir = owner();
    StreamId left = orphan.stream().id();
    assertThat(await(taker.adopt(List.of(left), ZOMBIE.toString(), heir))).containsExactly(left);
    assertThat(await(taker.adopt(List.of(left), ZOMBIE.toString(), owner()))).as("a second taker").isEmpty();
    Lane adopted = new Lane(heir);
    adopted.append(stream, end(3, "FAILED"));
    adopted.awaitCommitted(1);
    zombie.append(stream, chunk(3, "late"));
    zombie.fenced.get(60, TimeUnit.SECONDS);
    List<StreamRecord> log = await(new StreamLog(pool).page(stream, 0, 100));
    assertThat(log).extracting(StreamRecord::seq).containsExactly(1L, 2L, 3L);
    assertThat(log.getLast()).isInstanceOf(StreamRecord.End.class);
    assertThat(zombie.committed).hasSize(2);
    assertThat(await(taker.leftBy(heir.toString(), WAITS, List.of()))).isEmpty();
    assertThat(await(taker.beat(ZOMBIE))).isFalse();
  }

  @Test
  void aFenceWaitsForAnAppendUnderWay() throws Exception {
    Incarnation owner = owner();
    StreamId stream = opened(owner);
    var connection = await(pool.getConnection());
    var transaction = await(connection.begin());
    await(connection.query("SELECT append('" + owner + "', ARRAY['" + stream
        + "'], ARRAY[1::bigint], ARRAY[0::smallint], ARRAY['x'], ARRAY[NULL], ARRAY[NULL])").execute());
    Future<Void> fence = new Ownership(pool).fence(owner.toString());
    await(vertx.timer(200));
    assertThat(fence.isComplete()).isFalse();
    await(transaction.commit());
    await(fence);
    await(connection.close());
    assertThat(await(new Ownership(pool).leftBy(owner.toString(), WAITS, List.of())).getFirst().stream().head()).isEqualTo(1);
  }

  @Test
  void aLostConnectionIsReplacedAndNothingIsMissingOrTwice() throws Exception {
    Incarnation owner = owner();
    StreamId stream = opened(owner);
    Lane lane = new Lane(owner);
    for (int seq = 1; seq <= 300; seq++) {
      lane.append(stream, chunk(seq, "n" + seq));
      if (seq % 60 == 0)
        await(pool
            .query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
                + " AND query LIKE 'SELECT append%'")
            .execute());
    }
    lane.awaitCommitted(300);
    assertThat(lane.committed).extracting(StreamRecord::seq).isSorted().doesNotHaveDuplicates();
    assertThat(await(new StreamLog(pool).page(stream, 0, 1000))).hasSize(300);
  }

  @Test
  void recordsThatAreThereAlreadyAreTakenForWritten() throws Exception {
    Incarnation owner = owner();
    StreamId stream = opened(owner);
    Lane first = new Lane(owner);
    first.append(stream, chunk(1, "a"), chunk(2, "b"));
    first.awaitCommitted(2);
    Lane second = new Lane(owner);
    second.append(stream, chunk(2, "b"), chunk(3, "c"));
    second.awaitCommitted(2);
    assertThat(second.unstorable).isNotDone();
    assertThat(await(new StreamLog(pool).page(stream, 0, 10))).containsExactly(chunk(1, "a"), chunk(2, "b"), chunk(3, "c"));
  }

  @Test
  void anEndThatWaitsHoldsUpNobodyElsesTokens() throws Exception {
    Incarnation owner = owner();
    StreamId ending = opened(owner);
    StreamId running = opened(owner);
    LogLanes lanes = new LogLanes(vertx, Clock.systemUTC(), Database.connectOptions(database, "streaming"), () -> owner,
        openings(), () -> {}, () -> {});
    List<StreamRecord> committed = new CopyOnWriteArrayList<>();
    Logged logged = new Logged() {
      @Override
      public void committed(List<StreamRecord> some) {
        committed.addAll(some);
      }

      @Override
      public void unstorable() {}
    };
    var connection = await(pool.getConnection());
    var transaction = await(connection.begin());
    await(connection.query("SELECT 1 FROM streams WHERE stream_id = '" + ending + "' FOR UPDATE").execute());
    vertx.getOrCreateContext().runOnContext(now -> {
      lanes.append(ending, end(1, "COMPLETED"), logged);
      lanes.append(running, chunk(1, "a"), logged);
    });
    Eventually.await("one is committed", LIMIT, () -> !committed.isEmpty());
    assertThat(committed).containsExactly(chunk(1, "a"));
    await(transaction.commit());
    await(connection.close());
    Eventually.await("both are committed", LIMIT, () -> committed.size() >= 2);
    assertThat(committed).hasSize(2);
    assertThat(await(new StreamLog(pool).find(ending)).orElseThrow().status()).isEqualTo("COMPLETED");
  }

  @Test
  void aRowThatPostgresRefusesFailsItsStreamAlone() throws Exception {
    Incarnation owner = owner();
    StreamId good = opened(owner);
    StreamId bad = opened(owner);
    Lane lane = new Lane(owner);
    lane.append(good, chunk(1, "first"));
    lane.append(good, chunk(2, "a"));
    lane.append(bad, chunk(1, "nul \u0000"));
    lane.append(good, chunk(3, "b"));
    assertThat(lane.unstorable.get(60, TimeUnit.SECONDS)).isEqualTo(bad);
    lane.awaitCommitted(3);
    assertThat(await(new StreamLog(pool).page(good, 0, 10))).hasSize(3);
  }

  @Test
  void rowsThatAreMissingBehindACrashAreNotShownAsAGap() throws Exception {
    Incarnation owner = owner();
    StreamId stream = opened(owner);
    Lane lane = new Lane(owner);
    lane.append(stream, chunk(1, "a"), chunk(2, "b"), chunk(3, "c"));
    lane.awaitCommitted(3);
    await(pool.query("DELETE FROM records WHERE seq = 2 AND stream_id = '" + stream + "'").execute());
    assertThat(await(new StreamLog(pool).page(stream, 0, 10))).hasSize(1);
    lane.context.runOnContext(now -> lane.lane.connectionLost());
    for (int looks = 0; looks < 5000 && await(new StreamLog(pool).page(stream, 0, 10)).size() < 3; looks++)
      await(vertx.timer(10));
    assertThat(await(new StreamLog(pool).page(stream, 0, 10))).as("written again").hasSize(3);
  }

  @Test
  void anOpeningThatACrashHasTakenIsDoneAgainBeforeItsEndIsWritten() throws Exception {
    Incarnation owner = owner();
    // For them no time passes, however long this takes: what was opened is kept.
    Openings openings = new Openings(pool, Clock.fixed(Clock.systemUTC().instant(), ZoneOffset.UTC), 5);
    StreamId stream = opened(owner, openings);
    List<StreamRecord> committed = new CopyOnWriteArrayList<>();
    LogLanes lanes = new LogLanes(vertx, Clock.systemUTC(), Database.connectOptions(database, "streaming"), () -> owner, openings, () -> {},
        () -> {});
    Logged logged = new Logged() {
      @Override
      public void committed(List<StreamRecord> some) {
        committed.addAll(some);
      }

      @Override
      public void unstorable() {}
    };
    var context = vertx.getOrCreateContext();
    context.runOnContext(now -> lanes.append(stream, chunk(1, "a"), logged));
    Eventually.await("one is committed", LIMIT, () -> !committed.isEmpty());
    await(pool.query("DELETE FROM streams WHERE stream_id = '" + stream + "'").execute());
    await(pool.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT append%'").execute());
    for (int looks = 0; looks < 2000 && await(new StreamLog(pool).find(stream)).isEmpty(); looks++)
      await(vertx.timer(10));
    context.runOnContext(now -> lanes.append(stream, end(2, "COMPLETED"), logged));
    Eventually.await("both are committed", LIMIT, () -> committed.size() >= 2);
    assertThat(await(new StreamLog(pool).find(stream)).orElseThrow().status()).isEqualTo("COMPLETED");
    assertThat(await(new StreamLog(pool).page(stream, 0, 10))).hasSize(2);
  }
}

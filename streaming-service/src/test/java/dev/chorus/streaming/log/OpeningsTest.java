package dev.chorus.streaming.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.database.Database;
import dev.chorus.database.DatabaseConfig;
import dev.chorus.testkit.TestPostgres;
import dev.chorus.model.NodeId;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import dev.chorus.model.Words;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Many openings at once, against a real PostgreSQL. */
final class OpeningsTest {
  private static final int MOST = 5;
  private static final Incarnation OWNER = new Incarnation(new NodeId("opener"), 1);
  private static Vertx vertx;
  private static Pool pool;
  private static Openings openings;

  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    DatabaseConfig database = TestPostgres.freshOfLongUp();
    await(Database.migrate(vertx, database, "streaming"));
    pool = TestPostgres.pool(vertx, database, "streaming", 4);
    await(new Ownership(pool).register(OWNER));
    // For them no time passes, so that none waits too long.
    openings = new Openings(pool, Clock.fixed(Clock.systemUTC().instant(), ZoneOffset.UTC), MOST);
  }

  @AfterAll
  static void stop() throws Exception {
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  private static StartStream asked(String user, String request, String clientId) {
    return new StartStream(StreamId.of(null, Words.random(12)), null, new UserId(user), request, false, null, null, null, null, null, true,
        false, clientId, null, true, null, "r");
  }

  /** What becomes of them when all are asked for in one turn; null of one that failed. */
  private static List<Opening> open(Incarnation owner, List<StartStream> starts) throws Exception {
    CompletableFuture<List<Future<Opening>>> asked = new CompletableFuture<>();
    vertx.getOrCreateContext().runOnContext(turn -> asked.complete(starts.stream()
        .map(start -> openings.open(owner, new Plan(start, null, null), start.stream().word(), "m", "p", Clock.systemUTC().millis()))
        .toList()));
    List<Opening> outcomes = new ArrayList<>();
    for (Future<Opening> opening : asked.get(60, TimeUnit.SECONDS))
      outcomes.add(await(opening.otherwise((Opening) null)));
    return outcomes;
  }

  private static Optional<StoredStream> stored(StartStream start) throws Exception {
    return await(new StreamLog(pool).find(start.stream()));
  }

  @Test
  void manyThatStartAtOnceAreOpenedEachAsItself() throws Exception {
    List<StartStream> starts = new ArrayList<>();
    for (int i = 0; i < 500; i++)
      starts.add(asked("user" + i, "{\"number\":" + i + "}", null));
    assertThat(open(OWNER, starts)).hasSize(500).allMatch(outcome -> outcome instanceof Opening.Opened);
    for (int i : List.of(0, 1, 77, 499)) {
      StoredStream stored = stored(starts.get(i)).orElseThrow();
      assertThat(stored.starter().value()).isEqualTo("user" + i);
      assertThat(stored.epoch()).isEqualTo(starts.get(i).stream().word());
      assertThat(await(new StreamLog(pool).plan(starts.get(i).stream())).orElseThrow().start().request())
          .isEqualTo("{\"number\":" + i + "}");
    }
    for (StartStream start : starts)
      assertThat(stored(start)).isPresent();
  }

  @Test
  void theLimitOfAUserHoldsToTheNumberAmongThoseThatStartAtOnce() throws Exception {
    for (int round = 0; round < 10; round++) {
      List<StartStream> starts = new ArrayList<>();
      // With a key each goes by itself, without one they go together, and then two calls count beside each other.
      for (int i = 0; i < 6 * MOST; i++) {
        starts.add(asked("greedy" + round, "{}", i % 3 == 0 ? "key" + i : null));
        starts.add(asked("grabby" + round, "{}", null));
      }
      List<Opening> outcomes = open(OWNER, starts);
      for (String user : List.of("greedy" + round, "grabby" + round)) {
        int opened = 0;
        for (int i = 0; i < starts.size(); i++)
          if (starts.get(i).user().value().equals(user)) {
            assertThat(outcomes.get(i)).isInstanceOfAny(Opening.Opened.class, Opening.TooMany.class);
            boolean there = stored(starts.get(i)).isPresent();
            assertThat(outcomes.get(i) instanceof Opening.Opened).isEqualTo(there);
            opened += there ? 1 : 0;
          }
        assertThat(opened).as(user).isEqualTo(MOST);
      }
    }
  }

  @Test
  void oneThatPostgresRefusesDoesNotHinderTheOthers() throws Exception {
    List<StartStream> starts = new ArrayList<>();
    for (int i = 0; i < 20; i++)
      starts.add(asked("neighbour" + i, i == 11 ? "{\"\u0000\":1}" : "{}", null));
    List<Opening> outcomes = open(OWNER, starts);
    for (int i = 0; i < 20; i++)
      if (i == 11)
        assertThat(outcomes.get(i)).isNull();
      else
        assertThat(outcomes.get(i)).isInstanceOf(Opening.Opened.class);
    assertThat(stored(starts.get(11))).isEmpty();
  }

  @Test
  void aFencedOwnerOpensNothing() throws Exception {
    Incarnation dead = new Incarnation(new NodeId("dead"), 1);
    await(new Ownership(pool).register(dead));
    await(new Ownership(pool).fence(dead.toString()));
    List<StartStream> starts = List.of(asked("a", "{}", null), asked("b", "{}", null), asked("c", "{}", null), asked("d", "{}", "key"));
    assertThat(open(dead, starts)).hasSize(4).allMatch(outcome -> outcome instanceof Opening.Fenced);
    assertThat(stored(starts.getFirst())).isEmpty();
  }

  @Test
  void whatIsRepeatedIsFoundAndNotOpenedAgain() throws Exception {
    StartStream first = asked("repeater", "{}", "once");
    assertThat(open(OWNER, List.of(first)).getFirst()).isInstanceOf(Opening.Opened.class);
    assertThat(open(OWNER, List.of(asked("repeater", "{}", "once"))).getFirst())
        .isEqualTo(new Opening.Existing(first.stream(), first.stream().word()));
  }
}

package dev.chorus.presence.lastseen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chorus.database.Database;
import dev.chorus.database.DatabaseConfig;
import dev.chorus.model.Refusal;
import dev.chorus.model.UserId;
import dev.chorus.testkit.Eventually;
import dev.chorus.testkit.MovingClock;
import dev.chorus.testkit.TestPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes on one real PostgreSQL. */
class VisitsTest {
  private static final UserId ANN = new UserId("ann");
  private static final UserId BOB = new UserId("bob");
  private static final Duration LIMIT = Duration.ofSeconds(60);
  /** Longer than the database is left in peace after a failure. */
  private static final long LONG_MS = 10_000;
  private final Vertx vertx = Vertx.vertx();
  private final MovingClock clock = new MovingClock();
  private final List<UserId> changed = new CopyOnWriteArrayList<>();
  private Pool pool;
  private VisitStore store;
  private Visits here;
  private Visits there;

  @BeforeEach
  void start() {
    DatabaseConfig database = TestPostgres.fresh();
    await(Database.migrate(vertx, database, "presence"));
    pool = Database.pool(vertx, database, "presence", 2);
    store = new VisitStore(pool);
    here = new Visits(store, clock, changed::addAll);
    there = new Visits(store, clock, changed::addAll);
  }

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  @Test
  void whatIsWrittenAtTheEndIsReadAfterwardsAndNeverGoesBack() {
    here.saw(ANN, 500);
    there.saw(ANN, 700);
    await(there.close());
    await(here.close());
    assertThat(await(store.read(List.of(ANN, BOB)))).isEqualTo(Map.of(ANN, new VisitStore.Visit(700L, true)));
  }

  @Test
  void sightingsAreWrittenInPassing() {
    here.saw(ANN, 500);
    Eventually.await("ann is written", LIMIT, () -> {
      tick();
      return await(store.read(List.of(ANN))).equals(Map.of(ANN, new VisitStore.Visit(500L, true)));
    });
  }

  @Test
  void nobodyKnowsAnythingBeforeTheChoiceIsReadAndThenWhatWasChosen() {
    await(store.choose(BOB, false));
    assertThat(here.isShared(ANN)).isFalse();
    Eventually.await("the choices of both are read", LIMIT, () -> knows(ANN, BOB));
    assertThat(here.isShared(BOB)).isFalse();
  }

  @Test
  void aChoiceMadeAtAnotherNodeIsFoundWithoutBeingTold() {
    Eventually.await("the choice is read", LIMIT, () -> knows(ANN));
    changed.clear();
    await(there.choose(ANN, false));
    assertThat(here.isShared(ANN)).isTrue();
    Eventually.await("the choice is found", LIMIT, () -> {
      tick();
      return changed.contains(ANN) && !here.isShared(ANN);
    });
    here.saw(ANN, 900);
    await(here.close());
    assertThat(await(store.read(List.of(ANN)))).as("the choice outlives a visit").isEqualTo(Map.of(ANN, new VisitStore.Visit(900L, false)));
  }

  @Test
  void withoutADatabaseNobodyWaitsAndNothingIsShown() {
    await(pool.close());
    await(here.know(List.of(ANN)));
    assertThat(here.isShared(ANN)).isFalse();
    assertThatThrownBy(() -> await(here.choose(ANN, true))).isInstanceOf(Refusal.class).hasMessageContaining("Try it again");
    here.saw(ANN, 1);
    await(here.close());
  }

  /** As the node does every few seconds. */
  private void tick() {
    clock.pass(LONG_MS);
    here.tick();
  }

  /** Asks for the choices of them, who are asked for together, until the first is known: on a slow machine a question may take too long. */
  private boolean knows(UserId... users) {
    clock.pass(LONG_MS);
    await(here.know(List.of(users)));
    return here.isShared(users[0]);
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (java.util.concurrent.TimeoutException late) {
      throw new AssertionError("no answer", late);
    }
  }
}

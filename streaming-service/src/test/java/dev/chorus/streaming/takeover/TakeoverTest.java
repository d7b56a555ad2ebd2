package dev.chorus.streaming.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.cluster.MemberState;
import dev.chorus.cluster.MemberTable;
import dev.chorus.cluster.Role;
import dev.chorus.database.Database;
import dev.chorus.database.DatabaseConfig;
import dev.chorus.model.NodeId;
import dev.chorus.streaming.log.Incarnation;
import dev.chorus.streaming.log.Ownership;
import dev.chorus.streaming.log.Ownership.Orphan;
import dev.chorus.testkit.TestPostgres;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Adopting from the dead against a real PostgreSQL. */
final class TakeoverTest {
  private static final NodeId SELF = new NodeId("heir");

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  /** Answers with one life after the other, and writes down what it is asked and given. */
  private static final class ShortLived implements Takeover.Heir {
    final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private Incarnation life = new Incarnation(SELF, 1);
    private final boolean diesOfIt;

    ShortLived(boolean diesOfIt) {
      this.diesOfIt = diesOfIt;
    }

    @Override
    public Incarnation incarnation() {
      Incarnation now = life;
      heard.add("asked in life " + now.life());
      if (diesOfIt)
        life = life.next();
      return now;
    }

    @Override
    public void inherit(List<Orphan> orphans) {
      heard.add("inherits " + orphans.size());
    }
  }

  /** What an heir hears of one stream that a dead owner has left. */
  private static List<String> heard(ShortLived heir) throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      DatabaseConfig database = TestPostgres.fresh();
      await(Database.migrate(vertx, database, "streaming"));
      Pool pool = TestPostgres.pool(vertx, database, "streaming", 2);
      Ownership ownership = new Ownership(pool);
      await(ownership.register(new Incarnation(SELF, 1)));
      await(ownership.register(new Incarnation(SELF, 2)));
      await(pool.query("INSERT INTO owners (incarnation, node, seen_at) VALUES ('dead#1', 'dead', now() - interval '1 minute')").execute());
      await(pool.query("INSERT INTO streams (stream_id, starter, epoch, model, provider, owner, opened_at)"
          + " VALUES ('~orphan', 'anna', 'orphan', 'm', 'p', 'dead#1', now())").execute());
      MemberTable members = new MemberTable(SELF, EnumSet.of(Role.STREAMING));
      members.says(SELF, MemberState.SERVING);
      Takeover takeover = new Takeover(vertx, ownership, members, Duration.ofMinutes(2), heir);
      Context context = vertx.getOrCreateContext();
      context.runOnContext(turn -> takeover.look());
      String first = heir.heard.poll(60, TimeUnit.SECONDS);
      String second = heir.heard.poll(60, TimeUnit.SECONDS);
      String third = heir.heard.poll(heir.diesOfIt ? 0 : 60, TimeUnit.SECONDS);
      assertThat(await(pool.query("SELECT owner FROM streams").execute()).iterator().next().getString(0)).isEqualTo("heir#1");
      return third == null ? List.of(first, second) : List.of(first, second, third);
    } finally {
      await(vertx.close());
    }
  }

  @Test
  void whatTheDeadHaveLeftIsGoneOnWith() throws Exception {
    assertThat(heard(new ShortLived(false))).containsExactly("asked in life 1", "asked in life 1", "inherits 1");
  }

  @Test
  void whoIsFencedWhileItAdoptsDoesNotGoOnWithIt() throws Exception {
    assertThat(heard(new ShortLived(true))).containsExactly("asked in life 1", "asked in life 2");
  }
}

package dev.chorus.streaming;

import static dev.chorus.streaming.TestNode.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamingMessage.ReadStream;
import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.bus.StreamingMessage.StartedStream;
import dev.chorus.bus.StreamingMessage.StreamPage;
import dev.chorus.database.DatabaseConfig;
import dev.chorus.streaming.TestNode.Asking;
import dev.chorus.streaming.openai.OpenAiServer;
import dev.chorus.testkit.Eventually;
import dev.chorus.testkit.TestPostgres;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done before, beside and without a log that takes its time. */
final class SlowLogTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  /** Below what a starter waits. */
  private static final long SOON_NANOS = TimeUnit.SECONDS.toNanos(4);
  @TempDir
  private Path directory;
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();
  /** The requests that were given up on our side. */
  private final Set<Integer> givenUp = ConcurrentHashMap.newKeySet();
  private OpenAiServer provider;
  private DatabaseConfig database;
  private TestNode node;
  private Pool pool;

  @BeforeEach
  void start() throws Exception {
    provider = new OpenAiServer((request, out) -> {
      int number = asked.incrementAndGet();
      try {
        out.write((OpenAiServer.STREAM_HEAD + OpenAiServer.chunk("number " + number, "null")).getBytes(StandardCharsets.UTF_8));
        out.flush();
        while (!mayEnd.await(20, TimeUnit.MILLISECONDS)) {
          out.write(": still here\n\n".getBytes(StandardCharsets.US_ASCII));
          out.flush();
        }
        out.write((OpenAiServer.chunk("", "\"stop\"") + "data: [DONE]\n\n").getBytes(StandardCharsets.UTF_8));
      } catch (IOException closed) {
        givenUp.add(number);
      }
    });
    Path file = Files.writeString(directory.resolve("providers.json"), """
        {"providers":[{"name":"real","dialect":"openai","baseUrl":"%s"},{"name":"simulated","dialect":"simulated","firstTokenTimeoutMs":600000,"interChunkTimeoutMs":600000}],
         "models":[{"name":"m","targets":[{"provider":"real"}]},{"name":"silent","targets":[{"provider":"simulated"}]}]}"""
        .formatted(provider.baseUrl()));
    database = TestPostgres.fresh();
    node = TestNode.alone(database, Map.of("CHORUS_PROVIDERS", file.toString()));
    pool = TestPostgres.pool(node.vertx, database, "streaming", 2);
  }

  @AfterEach
  void stop() throws Exception {
    mayEnd.countDown();
    node.close();
    provider.close();
  }

  /** Nothing can be opened until it is committed; what is there can be read. */
  private SqlConnection holdOpenings() throws Exception {
    SqlConnection holder = await(pool.getConnection());
    await(holder.query("BEGIN").execute());
    await(holder.query("LOCK TABLE streaming.streams IN SHARE MODE").execute());
    return holder;
  }

  private static void letGo(SqlConnection holder) throws Exception {
    await(holder.query("COMMIT").execute());
    await(holder.close());
  }

  /** Null of what succeeded. */
  private static Throwable failure(Future<?> future) throws Exception {
    return await(future.map((Throwable) null).otherwise(cause -> cause));
  }

  private boolean starts(StartStream start) {
    return node.client.start(start).map(true).otherwise(false).toCompletionStage().toCompletableFuture().join();
  }

  private List<StreamRecord> read(StartStream start) {
    return node.client.read(new ReadStream(start.stream(), 0, 10)).map(StreamPage::records).otherwise(List.of()).toCompletionStage()
        .toCompletableFuture().join();
  }

  private long count(String query) {
    return pool.query(query).execute().toCompletionStage().toCompletableFuture().join().iterator().next().getLong(0);
  }

  @Test
  void aProviderIsAskedWhileTheLogIsAskedAndNobodyKnowsBeforeTheLogDoes() throws Exception {
    // A starter, and a reader, are told after some seconds that nothing is known: where the machine took so long, it is tried again.
    for (int tries = 0; tries < 10; tries++) {
      // Where an opening has failed before, the log is asked first until it has made one.
      Eventually.await("an opening is made", LIMIT, () -> starts(new Asking("[[words:1]]").of("silent").start()));
      SqlConnection holder = holdOpenings();
      long from = System.nanoTime();
      StartStream start = new Asking("hello").of("m").start();
      Future<StartedStream> starting = node.client.start(start);
      assertThat(provider.requests().poll(30, TimeUnit.SECONDS)).contains("hello");
      Throwable unknown = failure(node.client.read(new ReadStream(start.stream(), 0, 10)));
      letGo(holder);
      Throwable late = failure(starting);
      if (System.nanoTime() - from > SOON_NANOS)
        continue;
      assertThat(unknown).hasMessageContaining("not_found");
      assertThat(late).isNull();
      assertThat(await(starting).existing()).isFalse();
      mayEnd.countDown();
      List<StreamRecord> records = node.ended(start.stream());
      assertThat(TestNode.end(records).status()).isEqualTo("COMPLETED");
      assertThat(TestNode.end(records).metrics().attempts()).isEqualTo(1);
      assertThat(TestNode.text(records)).startsWith("number ");
      return;
    }
    throw new AssertionError("this machine takes seconds for everything");
  }

  @Test
  void whatTheLogRefusesIsGivenUpAndLeavesNothingBehind() throws Exception {
    StartStream start = new Asking("hello").of("m").start();
    node.start(start);
    Eventually.await("the first is being answered", LIMIT,
        () -> !read(start).isEmpty());
    assertThatThrownBy(() -> node.start(start)).hasMessageContaining("conflict");
    Eventually.await("the second was asked for and given up, if it was asked for at all", LIMIT,
        () -> asked.get() == 1 || givenUp.contains(2));
    mayEnd.countDown();
    List<StreamRecord> records = node.ended(start.stream());
    assertThat(TestNode.text(records)).isEqualTo("number 1");
    assertThat(givenUp).doesNotContain(1);
  }

  @Test
  void whoLacksLittleOfARunningAnswerNeedsNoLog() throws Exception {
    StartStream start = new Asking("[[stall-after:5]] Stay.").of("silent").start();
    node.start(start);
    Eventually.await("five are said", LIMIT, () -> read(start).size() == 5);
    SqlConnection holder = await(pool.getConnection());
    await(holder.query("BEGIN").execute());
    await(holder.query("LOCK TABLE streaming.records IN ACCESS EXCLUSIVE MODE").execute());
    var page = await(node.client.read(new ReadStream(start.stream(), 2, 10)));
    assertThat(page.records()).extracting(StreamRecord::seq).containsExactly(3L, 4L, 5L);
    assertThat(page.head()).isEqualTo(5);
    assertThat(page.status()).isEqualTo("STREAMING");
    letGo(holder);
    assertThat(await(node.client.read(new ReadStream(start.stream(), 2, 10)))).isEqualTo(page);
  }

  @Test
  void whoIsNearTheLimitWaitsForTheLog() throws Exception {
    // Of 20 that may run, ten run: from then on the log is asked first.
    for (int i = 0; i < 10; i++)
      node.start(new Asking("[[stall]]").of("silent").start());
    SqlConnection holder = holdOpenings();
    StartStream start = new Asking("hello").of("m").start();
    Future<StartedStream> starting = node.client.start(start);
    Eventually.await("the opening waits", LIMIT,
        () -> count("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'streaming.streams'::regclass") > 0);
    assertThat(asked.get()).isZero();
    letGo(holder);
    await(starting.otherwiseEmpty());
  }

  @Test
  void anAnswerWhoseStarterHasGivenUpWaitingIsNotGenerated() throws Exception {
    long from = System.nanoTime();
    SqlConnection holder = holdOpenings();
    StartStream start = new Asking("[[stall]]").of("silent").start();
    assertThatThrownBy(() -> node.start(start)).hasMessageContaining("timeout");
    Eventually.await("it took longer than a starter waits", LIMIT, () -> System.nanoTime() - from > TimeUnit.SECONDS.toNanos(6));
    letGo(holder);
    Eventually.await("it is opened", LIMIT,
        () -> node.client.read(new ReadStream(start.stream(), 0, 1)).map(true).otherwise(false).toCompletionStage().toCompletableFuture()
            .join());
    assertThat(TestNode.end(node.ended(start.stream())).status()).isEqualTo("FAILED");
  }
}

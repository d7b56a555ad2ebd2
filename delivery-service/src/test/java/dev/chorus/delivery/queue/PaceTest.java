package dev.chorus.delivery.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PaceTest {
  @Test
  void whatNobodyWaitsForRestsFourTimesAsLongAsItWorksButNeverLong() {
    Pace gentle = Pace.gentle(null);
    assertThat(gentle.rest(Duration.ofMillis(50).toNanos())).isBetween(200L, 201L);
    assertThat(gentle.rest(0)).isPositive();
    assertThat(gentle.rest(Duration.ofMinutes(1).toNanos())).isEqualTo(2_000);
  }

  @Test
  void aPartThatFailsHasItsRestTooAndIsTold() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      AtomicInteger parts = new AtomicInteger();
      AtomicBoolean atOnce = new AtomicBoolean();
      Promise<Integer> next = Promise.promise();
      Pace gentle = Pace.gentle(vertx);
      // In a turn of the event loop, behind which the end of a rest waits, however long the turn takes.
      vertx.runOnContext(turn -> {
        Future<Integer> failed = gentle.part(() -> {
          parts.incrementAndGet();
          return Future.<Integer>failedFuture("no");
        });
        atOnce.set(failed.isComplete());
        failed.recover(cause -> gentle.part(() -> Future.succeededFuture(parts.incrementAndGet()))).onComplete(next);
      });
      assertThat(next.future().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS)).isEqualTo(2);
      assertThat(atOnce).as("it rests first").isFalse();
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void whatSomebodyWaitsForGoesOnAtOnce() {
    assertThat(Pace.atOnce().part(() -> Future.succeededFuture(1)).result()).isEqualTo(1);
  }
}

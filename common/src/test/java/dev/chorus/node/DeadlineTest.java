package dev.chorus.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Waiting ends where it began: on the event loop of whoever waits. */
final class DeadlineTest {
  private static final long LONG_MS = 60_000;
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void whatTakesTooLongGoesOnInTheContextThatWaited() throws Exception {
    Context own = vertx.getOrCreateContext();
    Promise<Context> wentOnIn = Promise.promise();
    own.runOnContext(now -> Deadline.within(vertx, 1, Promise.promise().future()).onComplete(late -> {
      assertThat(late.cause()).isInstanceOf(TimeoutException.class);
      wentOnIn.complete(Vertx.currentContext());
    }));
    assertThat(wentOnIn.future().await(20, TimeUnit.SECONDS)).isSameAs(own);
  }

  @Test
  void whatComesInTimeIsPassedOn() throws Exception {
    Promise<String> work = Promise.promise();
    Future<String> bounded = Deadline.within(vertx, LONG_MS, work.future());
    work.complete("done");
    assertThat(bounded.await(20, TimeUnit.SECONDS)).isEqualTo("done");
    assertThatThrownBy(() -> Deadline.within(vertx, LONG_MS, Future.failedFuture("broken")).await(20, TimeUnit.SECONDS))
        .hasMessageContaining("broken");
  }

  @Test
  void aFailureInTimeIsPassedOnAndWhatComesTooLateIsDropped() throws Exception {
    Promise<String> failing = Promise.promise();
    Future<String> bounded = Deadline.within(vertx, LONG_MS, failing.future());
    failing.fail("broken");
    assertThatThrownBy(() -> bounded.await(20, TimeUnit.SECONDS)).hasMessageContaining("broken");

    Promise<String> late = Promise.promise();
    Future<String> given = Deadline.within(vertx, 1, late.future());
    assertThatThrownBy(() -> given.await(20, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
    late.complete("too late");
    assertThat(given.failed()).isTrue();
  }
}

package dev.chorus.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.chorus.bus.PresenceMessage.ListParticipants;
import dev.chorus.bus.PresenceMessage.Roster;
import dev.chorus.cluster.MemberState;
import dev.chorus.cluster.MemberTable;
import dev.chorus.cluster.Role;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.NodeId;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BusTest {
  private static final NodeId NODE = new NodeId("p1");
  private static final Address<PresenceMessage> ADDRESS = Addresses.presence(NODE);
  private static final ListParticipants ASK = new ListParticipants(new RoomId("room"), null, 1);
  private static final Roster ANSWER = new Roster(1, List.of(), null);
  /** Longer than any standstill of the machine, so that none is taken for a node that does not answer. */
  private static final Duration LONG = Duration.ofMinutes(10);
  private final Vertx vertx = Vertx.vertx();
  private final Bus bus = new Bus(vertx);
  private final MemberTable cluster = new MemberTable(NODE, Set.of(Role.PRESENCE));

  @AfterEach
  void close() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void anAnswerComesBackAndARefusalAsItself() {
    Problem problem = Problem.of(ErrorCode.FORBIDDEN, "No.");
    AtomicInteger calls = new AtomicInteger();
    serve(message -> calls.incrementAndGet() == 1 ? Future.succeededFuture(ANSWER) : Future.failedFuture(problem.refusal()));
    assertThat(await(request())).isEqualTo(ANSWER);
    assertThat(failure(request())).isInstanceOfSatisfying(Refusal.class, refusal -> assertThat(refusal.problem()).isEqualTo(problem));
  }

  @Test
  void aBugOfTheServerShowsNothingOfItself() {
    serve(message -> {
      throw new IllegalStateException("secret");
    });
    assertThat(failure(request())).isInstanceOfSatisfying(Refusal.class, refusal -> {
      assertThat(refusal.problem().code()).isEqualTo(ErrorCode.INTERNAL);
      assertThat(refusal.problem().message()).doesNotContain("secret");
    });
  }

  @Test
  void whatNobodyServesWasSurelyNotDone() {
    assertThat(failure(request())).isInstanceOf(NotCarriedOut.class);
  }

  @Test
  void anAnswerThatDoesNotComeIsATimeoutWhoseOutcomeIsUnknown() {
    serve(message -> Promise.<BusMessage>promise().future());
    Throwable failure = failure(bus.request(ADDRESS, ASK, Roster.class, Duration.ofMillis(50)));
    assertThat(failure).isInstanceOfSatisfying(Refusal.class, refusal -> assertThat(refusal.problem().code()).isEqualTo(ErrorCode.TIMEOUT));
  }

  @Test
  void whoWaitsForANodeThatDiesIsToldAtOnce() {
    serve(message -> Promise.<BusMessage>promise().future());
    Future<Roster> waiting = request();
    bus.gone(NODE);
    assertThat(failure(waiting)).isInstanceOfSatisfying(Refusal.class,
        refusal -> assertThat(refusal.problem().code()).isEqualTo(ErrorCode.TIMEOUT));
  }

  @Test
  void whoWaitsForANodeThatDiesGoesOnInItsOwnContext() {
    serve(message -> Promise.<BusMessage>promise().future());
    Context asking = vertx.getOrCreateContext();
    Promise<Context> asked = Promise.promise();
    Promise<Context> wentOn = Promise.promise();
    asking.runOnContext(turn -> {
      request().onComplete(answer -> wentOn.complete(Vertx.currentContext()));
      asked.complete(Vertx.currentContext());
    });
    Context before = await(asked.future());
    bus.gone(NODE);
    assertThat(await(wentOn.future())).isSameAs(before);
  }

  @Test
  void whatIsSentToANodeThatHasDiedIsNotWaitedForUntilItIsThereAgain() {
    serve(message -> Future.succeededFuture(ANSWER));
    bus.gone(NODE);
    assertThat(failure(request())).isInstanceOf(NotCarriedOut.class);
    assertThat(bus.tell(ADDRESS, ASK)).isFalse();
    bus.back(NODE);
    assertThat(await(request())).isEqualTo(ANSWER);
  }

  @Test
  void whoAsksWhileANodeDiesIsToldAtOnce() throws Exception {
    serve(message -> Promise.<BusMessage>promise().future());
    List<Future<Roster>> asked = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch some = new CountDownLatch(500);
    Thread asking = Thread.ofPlatform().start(() -> {
      for (int i = 0; i < 1500; i++) {
        asked.add(request());
        some.countDown();
      }
    });
    assertThat(some.await(20, TimeUnit.SECONDS)).isTrue();
    bus.gone(NODE);
    asking.join();
    asked.forEach(future -> assertThat(failure(future)).isInstanceOfAny(Refusal.class, NotCarriedOut.class));
  }

  @Test
  void hintsToANodeThatDoesNotKeepUpAreDropped() {
    serve(message -> Promise.<BusMessage>promise().future());
    int accepted = 0;
    while (accepted < 10_000 && bus.tell(ADDRESS, ASK))
      accepted++;
    assertThat(accepted).isBetween(1, 1000);
    assertThat(bus.droppedHints()).isEqualTo(1);
  }

  @Test
  void aMovedCallIsTriedAgainUntilTheOwnerTakesIt() {
    cluster.says(NODE, MemberState.SERVING);
    AtomicInteger calls = new AtomicInteger();
    serve(message -> calls.incrementAndGet() < 4 ? Future.failedFuture(NotCarriedOut.moved()) : Future.succeededFuture(ANSWER));
    assertThat(await(client(LONG).participants(ASK))).isEqualTo(ANSWER);
    assertThat(calls).hasValue(4);
  }

  @Test
  void withoutAnOwnerItIsUnavailableAfterAWhile() {
    assertThat(failure(client(Duration.ofMillis(300)).participants(ASK))).isInstanceOfSatisfying(Refusal.class,
        refusal -> assertThat(refusal.problem()).isEqualTo(Owners.unavailable()));
  }

  @Test
  void attemptsAreSpreadOver20To200Milliseconds() {
    assertThat(Owners.wait(0.0)).isEqualTo(20);
    assertThat(Owners.wait(0.999_999)).isBetween(190L, 200L);
  }

  private void serve(Function<PresenceMessage, Future<? extends BusMessage>> handler) {
    await(bus.serve(ADDRESS, handler));
  }

  /** @param patience how long it looks for an owner */
  private PresenceClient client(Duration patience) {
    return new PresenceClient(bus, new Owners(vertx, bus, cluster, patience));
  }

  private Future<Roster> request() {
    return bus.request(ADDRESS, ASK, Roster.class, LONG);
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.await(20, TimeUnit.SECONDS);
    } catch (java.util.concurrent.TimeoutException late) {
      throw new AssertionError("no answer", late);
    }
  }

  private static Throwable failure(Future<?> future) {
    return catchThrowable(() -> await(future));
  }
}

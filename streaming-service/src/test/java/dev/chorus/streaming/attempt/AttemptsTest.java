package dev.chorus.streaming.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.streaming.provider.ProviderFailure;
import dev.chorus.streaming.provider.ProviderFailure.Cause;
import dev.chorus.streaming.provider.ProviderFile;
import dev.chorus.streaming.provider.Route;
import dev.chorus.streaming.provider.Target;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AttemptsTest {
  private static final double HALF = 0.5;

  private static boolean all(Target target) {
    return true;
  }

  private static Route route(int targets) {
    StringBuilder providers = new StringBuilder();
    StringBuilder names = new StringBuilder();
    for (int i = 1; i <= targets; i++) {
      providers.append(i == 1 ? "" : ",").append("{\"name\":\"p").append(i).append("\",\"dialect\":\"simulated\"}");
      names.append(i == 1 ? "" : ",").append("{\"provider\":\"p").append(i).append("\"}");
    }
    String file = "{\"providers\":[" + providers + "],\"models\":[{\"name\":\"m\",\"targets\":[" + names + "]}]}";
    return ProviderFile.read(file, name -> Optional.empty()).catalogue().route("m", null);
  }

  private static ProviderFailure status(int status, Long retryAfterMs) {
    return new ProviderFailure(Cause.STATUS, "said", status, "type", "code", "param", retryAfterMs);
  }

  private static void assertTry(Next next, String target, int number, long delayMs) {
    assertThat(next).isInstanceOfSatisfying(Next.Try.class, now -> {
      assertThat(now.target().name()).isEqualTo(target + "/m");
      assertThat(now.number()).isEqualTo(number);
      assertThat(now.delayMs()).isEqualTo(delayMs);
    });
  }

  private static int givenUp(Next next) {
    return ((Next.GiveUp) next).failure().httpStatus();
  }

  @Test
  void a429IsRepeatedAsLongAsTheOthersKeepTheirTurn() {
    Attempts attempts = new Attempts(route(2), 0);
    assertTry(attempts.first(AttemptsTest::all), "p1", 1, 0);
    assertTry(attempts.after(status(429, null), false, AttemptsTest::all, HALF, 0), "p1", 2, 500);
    assertTry(attempts.after(status(429, null), false, AttemptsTest::all, HALF, 0), "p2", 3, 0);
    assertThat(givenUp(attempts.after(status(429, null), false, AttemptsTest::all, HALF, 0))).isEqualTo(429);
    assertThat(attempts.made()).isEqualTo(3);
    assertThat(attempts.failovers()).isEqualTo(1);
  }

  @Test
  void retryAfterIsObeyedUpToTenSeconds() {
    Attempts attempts = new Attempts(route(2), 0);
    attempts.first(AttemptsTest::all);
    assertTry(attempts.after(status(503, 10_000L), false, AttemptsTest::all, HALF, 0), "p1", 2, 10_000);
    Attempts longer = new Attempts(route(2), 0);
    longer.first(AttemptsTest::all);
    assertTry(longer.after(status(503, 10_001L), false, AttemptsTest::all, HALF, 0), "p2", 2, 0);
    Attempts alone = new Attempts(route(1), 0);
    alone.first(AttemptsTest::all);
    assertThat(givenUp(alone.after(status(503, 10_001L), false, AttemptsTest::all, HALF, 0))).isEqualTo(503);
  }

  @Test
  void silenceGoesToTheNextTargetAndNeverBack() {
    Attempts attempts = new Attempts(route(2), 0);
    attempts.first(AttemptsTest::all);
    assertTry(attempts.after(ProviderFailure.of(Cause.NO_FIRST_TOKEN, "silent"), false, AttemptsTest::all, HALF, 0), "p2", 2, 0);
    assertThat(givenUp(attempts.after(ProviderFailure.of(Cause.NO_FIRST_TOKEN, "silent"), false, AttemptsTest::all, HALF, 0)))
        .isEqualTo(504);
  }

  @Test
  void theCallersFaultGoesStraightBackAsItWas() {
    for (int status : new int[]{400, 404, 413, 422}) {
      Attempts attempts = new Attempts(route(2), 0);
      attempts.first(AttemptsTest::all);
      var failure = ((Next.GiveUp) attempts.after(status(status, 3L), false, AttemptsTest::all, HALF, 0)).failure();
      assertThat(failure.httpStatus()).isEqualTo(status);
      assertThat(failure.type()).isEqualTo("type");
      assertThat(failure.code()).isEqualTo("code");
      assertThat(failure.param()).isEqualTo("param");
      assertThat(failure.retryAfterMs()).isEqualTo(3);
    }
  }

  @Test
  void aRequestThatIsTooLongGoesToTheNextTargetOnce() {
    ProviderFailure tooLong = new ProviderFailure(Cause.STATUS, "too long", 400, "t", "context_length_exceeded", null, null);
    Attempts attempts = new Attempts(route(3), 0);
    attempts.first(AttemptsTest::all);
    assertTry(attempts.after(tooLong, false, AttemptsTest::all, HALF, 0), "p2", 2, 0);
    assertThat(givenUp(attempts.after(tooLong, false, AttemptsTest::all, HALF, 0))).isEqualTo(400);
  }

  @Test
  void aRefusedKeyIsNotTheCallersBusiness() {
    Attempts attempts = new Attempts(route(2), 0);
    attempts.first(AttemptsTest::all);
    assertTry(attempts.after(status(401, null), false, AttemptsTest::all, HALF, 0), "p2", 2, 0);
    var failure = ((Next.GiveUp) attempts.after(status(403, null), false, AttemptsTest::all, HALF, 0)).failure();
    assertThat(failure.httpStatus()).isEqualTo(503);
    assertThat(failure.error().message()).doesNotContain("said");
  }

  @Test
  void theOnlyTargetIsTriedThreeTimesWithGrowingPauses() {
    Attempts attempts = new Attempts(route(1), 0);
    attempts.first(AttemptsTest::all);
    ProviderFailure gone = ProviderFailure.of(Cause.UNREACHABLE, "gone");
    assertTry(attempts.after(gone, false, AttemptsTest::all, HALF, 0), "p1", 2, 500);
    assertTry(attempts.after(gone, false, AttemptsTest::all, HALF, 0), "p1", 3, 1000);
    assertThat(givenUp(attempts.after(gone, false, AttemptsTest::all, HALF, 0))).isEqualTo(502);
  }

  @Test
  void noAttemptBeginsBehindTheBudget() {
    Attempts attempts = new Attempts(route(2), 1000);
    attempts.first(AttemptsTest::all);
    assertThat(givenUp(attempts.after(status(500, null), false, AttemptsTest::all, HALF, 61_000))).isEqualTo(502);
  }

  @Test
  void behindTheFirstTokenTheNextTargetGoesOnAndTheSameOneOnlyIfItIsTheLast() {
    Attempts attempts = new Attempts(route(2), 0);
    attempts.first(AttemptsTest::all);
    attempts.began();
    // The time for further attempts runs from here, however long the answer was good.
    assertTry(attempts.after(status(503, null), true, AttemptsTest::all, HALF, 500_000), "p2", 2, 0);
    attempts.began();
    assertTry(attempts.after(ProviderFailure.of(Cause.TRUNCATED, "cut"), true, AttemptsTest::all, HALF, 900_000), "p2", 3, 500);
    attempts.began();
    assertThat(givenUp(attempts.after(ProviderFailure.of(Cause.TRUNCATED, "cut"), true, AttemptsTest::all, HALF, 900_000))).isEqualTo(502);
  }

  @Test
  void whoFellSilentBehindTheFirstTokenIsNotAskedAgain() {
    Attempts attempts = new Attempts(route(1), 0);
    attempts.first(AttemptsTest::all);
    attempts.began();
    assertThat(givenUp(attempts.after(ProviderFailure.of(Cause.STALLED, "silent"), true, AttemptsTest::all, HALF, 0))).isEqualTo(504);
  }

  @Test
  void aTargetThatIsLeftAloneIsSkipped() {
    Attempts attempts = new Attempts(route(2), 0);
    assertTry(attempts.first(target -> target.name().startsWith("p2")), "p2", 1, 0);
    Next none = new Attempts(route(2), 0).first(target -> false);
    assertThat(givenUp(none)).isEqualTo(503);
    assertThat(((Next.GiveUp) none).failure().retryAfterMs()).isEqualTo(15_000);
  }

  @Test
  void aBreakerOpensAfterItsFailures() {
    Route route = route(1);
    Target target = route.targets().getFirst();
    Breakers breakers = new Breakers();
    for (int i = 0; i < 5; i++) {
      assertThat(breakers.admits(target, route.breaker())).isTrue();
      breakers.bad(target, route.breaker(), status(500, null), 1);
    }
    assertThat(breakers.admits(target, route.breaker())).isFalse();
  }

  @Test
  void whatTheCallerDidWrongDoesNotOpenABreaker() {
    Route route = route(1);
    Target target = route.targets().getFirst();
    Breakers breakers = new Breakers();
    for (int i = 0; i < 20; i++) {
      assertThat(breakers.admits(target, route.breaker())).isTrue();
      breakers.bad(target, route.breaker(), status(i % 2 == 0 ? 400 : 429, null), 1);
    }
  }
}

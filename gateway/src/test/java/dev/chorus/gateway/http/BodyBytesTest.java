package dev.chorus.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.model.UserId;
import org.junit.jupiter.api.Test;

final class BodyBytesTest {
  private static final UserId ANN = new UserId("ann");
  private static final UserId BEN = new UserId("ben");
  private static final UserId EVE = new UserId("eve");
  private final BodyBytes bodies = new BodyBytes(100);

  @Test
  void nobodyMayHaveMoreThanHalfUnderWayAndAllTogetherNoMoreThanThereIs() {
    assertThat(bodies.take(ANN, 50)).isEmpty();
    assertThat(bodies.take(ANN, 1)).map(Problem::code).hasValue(ErrorCode.RATE_LIMITED);
    assertThat(bodies.take(BEN, 45)).isEmpty();
    assertThat(bodies.take(EVE, 6)).map(Problem::code).hasValue(ErrorCode.UNAVAILABLE);
    assertThat(bodies.take(EVE, 5)).isEmpty();
  }

  @Test
  void whatHasArrivedIsUnderWayNoMore() {
    assertThat(bodies.take(ANN, 30)).isEmpty();
    assertThat(bodies.take(ANN, 20)).isEmpty();
    bodies.giveBack(ANN, 20);
    assertThat(bodies.take(ANN, 21)).map(Problem::code).hasValue(ErrorCode.RATE_LIMITED);
    assertThat(bodies.take(ANN, 20)).isEmpty();
    bodies.giveBack(ANN, 50);
    assertThat(bodies.take(BEN, 50)).isEmpty();
    assertThat(bodies.take(ANN, 50)).isEmpty();
  }
}

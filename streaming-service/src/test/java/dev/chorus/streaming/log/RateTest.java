package dev.chorus.streaming.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RateTest {
  @Test
  void itIsThatOfTheLastQuarterOfASecond() {
    Rate rate = new Rate();
    for (long now = 10_000; now < 11_000; now += 10)
      rate.add(20, now);
    assertThat(rate.perSecond(11_000)).isBetween(1900L, 2100L);
    assertThat(rate.gatherMs(11_000)).isBetween(6L, 7L);
    assertThat(rate.perSecond(20_000)).as("quiet since").isZero();
    assertThat(rate.gatherMs(20_000)).isZero();
  }

  @Test
  void howLongABatchGathersIsBounded() {
    Rate rate = new Rate();
    for (long now = 10_000; now < 11_000; now += 10)
      rate.add(1000, now);
    assertThat(rate.gatherMs(11_000)).isEqualTo(10);
  }
}

package dev.chorus.streaming.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

final class RetryAfterTest {
  private static final long NOW = Instant.parse("2026-03-04T05:06:07Z").toEpochMilli();

  @Test
  void millisecondsComeBeforeSecondsAndADateIsCountedFromNow() {
    assertThat(RetryAfter.read("250", "9", NOW)).isEqualTo(250);
    assertThat(RetryAfter.read(null, "9", NOW)).isEqualTo(9000);
    assertThat(RetryAfter.read(null, " 1.5 ", NOW)).isEqualTo(1500);
    assertThat(RetryAfter.read(null, "Wed, 04 Mar 2026 05:06:17 GMT", NOW)).isEqualTo(10_000);
    assertThat(RetryAfter.read(null, "Wed, 04 Mar 2026 05:00:00 GMT", NOW)).isZero();
  }

  @Test
  void whatCannotBeReadAsksForNothing() {
    for (String header : new String[]{null, "", "soon", "-1", "NaN", "Infinity", "04.03.2026"})
      assertThat(RetryAfter.read(null, header, NOW)).as(header).isNull();
    assertThat(RetryAfter.read("soon", "2", NOW)).isEqualTo(2000);
  }
}

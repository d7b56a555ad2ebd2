package dev.chorus.gateway.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Deadlines are asked when they are due, and never again when they say so. */
final class WheelTest {
  private final Wheel wheel = new Wheel(0);
  private final List<Long> asked = new ArrayList<>();

  @Test
  void itAsksWhenItIsTimeAndAgainWhenTold() {
    wheel.add(now -> {
      asked.add(now);
      return asked.size() < 3 ? now + 30_000 : -1;
    }, 10_000);
    for (long now = 0; now <= 200_000; now += 1000)
      wheel.turn(now);
    assertThat(asked).containsExactly(10_000L, 40_000L, 70_000L);
  }

  @Test
  void whatIsFurtherThanTheWheelIsAskedAtItsEnd() {
    wheel.add(now -> {
      asked.add(now);
      return -1;
    }, 1_000_000);
    for (long now = 0; now <= 200_000; now += 1000)
      wheel.turn(now);
    assertThat(asked).hasSize(1);
  }

  @Test
  void afterALongPauseEverybodyIsAskedOnce() {
    for (int i = 1; i <= 100; i++) {
      wheel.add(now -> {
        asked.add(now);
        return now + 5_000;
      }, i * 1000L);
    }
    wheel.turn(10_000_000);
    assertThat(asked).hasSize(100);
    wheel.turn(10_004_000);
    assertThat(asked).hasSize(100);
    wheel.turn(10_005_000);
    assertThat(asked).hasSize(200);
  }
}

package dev.chorus.delivery.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class WheelProperties {
  private static final long TICK = 10;
  private static final long START = 1_234_567;

  /** Deadlines up to several rounds ahead, steps of time from nothing to several rounds. */
  @Property(tries = 500)
  void everythingIsWokenOnceNeverEarlyAndAtTheNextTick(@ForAll @Size(max = 30) List<@IntRange(min = -50, max = 40_000) Integer> deadlines,
      @ForAll @Size(min = 1, max = 30) List<@IntRange(min = 0, max = 25_000) Integer> steps) {
    Wheel<Integer> wheel = new Wheel<>(TICK, START);
    Map<Integer, Long> wokenAt = new HashMap<>();
    long now = START;
    for (int i = 0; i < steps.size(); i++) {
      if (i == 0) {
        for (int d = 0; d < deadlines.size(); d++)
          wheel.add(d, START + deadlines.get(d));
      }
      long before = now;
      now += steps.get(i);
      long at = now;
      wheel.advance(now, item -> {
        assertThat(wokenAt.put(item, at)).as("once").isNull();
        assertThat(at).as("not early").isGreaterThanOrEqualTo(START + deadlines.get(item));
        assertThat(before).as("not after a later look").isLessThan(Math.max(START, START + deadlines.get(item)) + 2 * TICK);
      });
    }
    long end = now;
    for (int d = 0; d < deadlines.size(); d++) {
      if (START + Math.max(0, deadlines.get(d)) + 2 * TICK <= end)
        assertThat(wokenAt).containsKey(d);
    }
    assertThat(wheel.size()).isEqualTo(deadlines.size() - wokenAt.size());
  }
}

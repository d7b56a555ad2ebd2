package dev.chorus.presence.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class VersionProperties {
  /** Negative: a gateway has shown a version that far ahead of the last one. Otherwise: a change at that time, which may be earlier than the one before. */
  @Property
  void itGrowsWithEveryChangeWhateverTheClockAndOtherOwnersDo(
      @ForAll @Size(max = 50) List<@LongRange(min = -2000, max = 10_000) Long> inputs) {
    Version version = new Version();
    long highest = 0;
    for (long input : inputs) {
      if (input < 0) {
        highest += -input;
        version.shown(highest, 0);
        assertThat(version.last()).isGreaterThan(highest);
        highest = version.last();
      } else {
        long next = version.next(input);
        assertThat(next).isGreaterThan(highest).isGreaterThanOrEqualTo(input * 1000);
        highest = next;
      }
    }
  }
}

package dev.chorus.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class HistogramTest {
  @Property
  void aSingleDurationIsFoundAgainWithinItsPrecision(@ForAll @LongRange(min = 0, max = Long.MAX_VALUE / 2) long nanos) {
    Histogram histogram = new Histogram();
    histogram.record(nanos);
    assertThat(histogram.millis(.5) * 1e6).isCloseTo((double) nanos, within(nanos * .016 + 1));
  }

  @Test
  void quantilesOfManyAreWhereTheyShouldBe() {
    Histogram histogram = new Histogram();
    for (int ms = 1; ms <= 1_000; ms++)
      histogram.record(ms * 1_000_000L);
    assertThat(histogram.millis(.5)).isCloseTo(500, within(10.0));
    assertThat(histogram.millis(.99)).isCloseTo(990, within(16.0));
    assertThat(histogram.millis(1)).isCloseTo(1_000, within(16.0));
  }

  @Test
  void twoTogetherCountWhatBothCounted() {
    Histogram one = new Histogram();
    Histogram other = new Histogram();
    one.record(1_000);
    other.record(9_000_000);
    one.add(other);
    assertThat(one.count()).isEqualTo(2);
    assertThat(one.millis(.9)).isCloseTo(9, within(.2));
  }

  @Test
  void nothingCountedHasNoQuantile() {
    assertThat(new Histogram().millis(.5)).isNaN();
  }
}

package dev.chorus.streaming.answer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ConfidenceTest {
  @Test
  void itIsReadOffTheWords() {
    assertThat(Confidence.of("The sky is blue.")).isEqualTo(0.7);
    assertThat(Confidence.of("The sky is blue because of scattering.")).isEqualTo(0.8);
    assertThat(Confidence.of("Measured data says so [12].")).isEqualTo(0.9);
    assertThat(Confidence.of("Perhaps it is blue.")).isEqualTo(0.6);
    assertThat(Confidence.of("Perhaps, because of this [1].")).isEqualTo(0.8);
    assertThat(Confidence.of("The mighty array a[i] showed up.")).as("no word of these").isEqualTo(0.7);
    assertThat(Confidence.of(" \n")).isNull();
  }
}

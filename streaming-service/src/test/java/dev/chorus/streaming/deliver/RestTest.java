package dev.chorus.streaming.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RestTest {
  private final Rest rest = new Rest();

  @Test
  void itIsPlannedOnceAndEndsOnceWhenItsTimeIsOver() {
    assertThat(rest.plan()).isTrue();
    assertThat(rest.plan()).isFalse();
    rest.begin(1000);
    assertThat(rest.plan()).as("while it is on").isFalse();
    assertThat(rest.ends(50, 1049)).isFalse();
    assertThat(rest.isOn()).isTrue();
    assertThat(rest.ends(50, 1050)).isTrue();
    assertThat(rest.ends(50, 2000)).isFalse();
    assertThat(rest.isOn()).isFalse();
    assertThat(rest.plan()).isTrue();
  }

  @Test
  void aTickBetweenItsPlanAndItsBeginDoesNotEndIt() {
    assertThat(rest.plan()).isTrue();
    assertThat(rest.ends(0, 9000)).as("nothing is shut yet that could be opened").isFalse();
    rest.begin(9000);
    assertThat(rest.isOn()).isTrue();
    assertThat(rest.ends(0, 9000)).isTrue();
  }
}

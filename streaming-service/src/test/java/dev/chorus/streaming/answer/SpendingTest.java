package dev.chorus.streaming.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.protocol.Usage;
import org.junit.jupiter.api.Test;

final class SpendingTest {
  @Test
  void whatOneProviderCountedComesUnchanged() {
    Spending spending = new Spending(400);
    Usage counted = new Usage(10, 20, 35, null);
    spending.add(counted, 1000);
    assertThat(spending.total()).isSameAs(counted);
  }

  @Test
  void lostAttemptsAreAddedIfOnlyByEstimate() {
    Spending spending = new Spending(400);
    spending.add(null, 41);
    spending.add(new Usage(10, 20, 30, null), 80);
    assertThat(spending.total()).isEqualTo(new Usage(110, 31, 141, true));
  }

  @Test
  void whatNeverBeganIsCountedByItsRequest() {
    assertThat(new Spending(9).total()).isEqualTo(new Usage(3, 0, 3, true));
  }
}

package dev.chorus.presence.lastseen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.model.UserId;
import dev.chorus.presence.lastseen.Ledger.Sighting;
import java.util.List;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private static final UserId ANN = new UserId("ann");
  private final Ledger ledger = new Ledger();

  @Test
  void aUserIsWrittenAtMostOnceAMinuteWithTheLatestTime() {
    ledger.saw(ANN, 10);
    assertThat(ledger.batch(1000)).containsExactly(new Sighting(ANN, 10));
    ledger.saw(ANN, 30);
    ledger.saw(ANN, 20);
    assertThat(ledger.batch(60_999)).isEmpty();
    assertThat(ledger.batch(61_000)).containsExactly(new Sighting(ANN, 30));
    assertThat(ledger.batch(200_000)).isEmpty();
  }

  @Test
  void whatCouldNotBeWrittenWaitsAgainAndANewerTimeWins() {
    ledger.saw(ANN, 10);
    List<Sighting> batch = ledger.batch(0);
    ledger.saw(ANN, 20);
    ledger.failed(batch);
    assertThat(ledger.batch(1)).containsExactly(new Sighting(ANN, 20));
  }

  @Test
  void batchesAreBoundedAndSoIsWhatWaits() {
    for (int i = 0; i < 100_000; i++)
      assertThat(ledger.saw(new UserId("u" + i), i)).isTrue();
    assertThat(ledger.saw(ANN, 1)).isFalse();
    assertThat(ledger.saw(new UserId("u7"), 100)).as("known already").isTrue();
    assertThat(ledger.batch(0)).hasSize(Ledger.MAX_BATCH).first().isEqualTo(new Sighting(new UserId("u0"), 0));
    assertThat(ledger.rest()).hasSize(100_000 - Ledger.MAX_BATCH);
  }
}

package dev.chorus.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.model.Principal;
import dev.chorus.model.UserId;
import java.util.List;
import org.junit.jupiter.api.Test;

final class VerifiedTokensTest {
  private final VerifiedTokens tokens = new VerifiedTokens();

  private static Principal anna(long expiresAt) {
    return new Principal(new UserId("anna"), null, List.of("*"), false, expiresAt);
  }

  @Test
  void aTokenIsKnownForAWhile() {
    tokens.add("token", anna(0), 1_000);
    assertThat(tokens.find("token", 2_000)).contains(anna(0));
    assertThat(tokens.find("another", 2_000)).isEmpty();
    assertThat(tokens.find("token", 31_000)).isEmpty();
  }

  @Test
  void oneThatHasEndedIsNotKnownHoweverLatelyItWasVerified() {
    tokens.add("token", anna(1_500), 1_000);
    assertThat(tokens.find("token", 1_499)).isPresent();
    assertThat(tokens.find("token", 1_500)).isEmpty();
  }

  @Test
  void otherKeysForgetThemAll() {
    tokens.add("token", anna(0), 1_000);
    tokens.clear();
    assertThat(tokens.find("token", 1_001)).isEmpty();
  }

  @Test
  void onlySoManyAreKept() {
    for (int i = 0; i < 5_000; i++)
      tokens.add("token" + i, anna(0), 1_000);
    assertThat(tokens.find("token0", 1_000)).isEmpty();
    assertThat(tokens.find("token4999", 1_000)).isPresent();
  }
}

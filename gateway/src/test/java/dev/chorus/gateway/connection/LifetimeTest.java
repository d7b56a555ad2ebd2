package dev.chorus.gateway.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.gateway.config.GatewayConfig.SocketLimits;
import dev.chorus.gateway.connection.Lifetime.Due;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When a connection is pinged, warned and ended, with time as a number. */
final class LifetimeTest {
  private static final SocketLimits LIMITS = new SocketLimits(10, 10, 10, 1000, 1000, Duration.ofSeconds(30), Duration.ofSeconds(300),
      Duration.ofSeconds(4000), 1000);
  private static final long START = 1_000_000;
  private final Lifetime lifetime = new Lifetime(LIMITS, START);

  @Test
  void withoutACredentialItEndsAfterTenSeconds() {
    assertThat(lifetime.next(START)).isEqualTo(START + 10_000);
    assertThat(lifetime.due(START + 9_999, 0)).isEqualTo(Due.NOTHING);
    assertThat(lifetime.due(START + 10_000, 0)).isEqualTo(Due.NO_AUTH);
  }

  @Test
  void itIsPingedEveryHeartbeatAndDroppedWhenSilentForTwoAndAHalf() {
    lifetime.authenticated(0);
    lifetime.inRoom(true, START);
    assertThat(lifetime.due(START + 29_999, 0)).isEqualTo(Due.NOTHING);
    assertThat(lifetime.due(START + 30_000, 0)).isEqualTo(Due.PING);
    assertThat(lifetime.due(START + 30_001, 0)).isEqualTo(Due.NOTHING);
    assertThat(lifetime.due(START + 60_000, 0)).isEqualTo(Due.PING);
    assertThat(lifetime.due(START + 74_999, 0)).isEqualTo(Due.NOTHING);
    assertThat(lifetime.due(START + 75_000, 0)).isEqualTo(Due.SILENT);
    lifetime.heard(START + 74_000);
    assertThat(lifetime.due(START + 75_000, 0)).isEqualTo(Due.NOTHING);
  }

  @Test
  void outsideOfRoomsItEndsAfterFiveMinutesWhateverItHears() {
    lifetime.authenticated(0);
    lifetime.heard(START + 290_000);
    lifetime.due(START + 290_000, 0);
    assertThat(lifetime.due(START + 299_999, 0)).isEqualTo(Due.NOTHING);
    assertThat(lifetime.due(START + 300_000, 0)).isEqualTo(Due.IDLE);
    lifetime.inRoom(true, START + 300_000);
    assertThat(lifetime.due(START + 300_000, 0)).isEqualTo(Due.NOTHING);
  }

  @Test
  void aCredentialThatEndsIsWarnedOfOnceAndHasAGrace() {
    lifetime.authenticated(START + 70_000);
    lifetime.heard(START + 70_000);
    assertThat(lifetime.due(START + 9_999, 0)).isEqualTo(Due.NOTHING);
    assertThat(lifetime.due(START + 10_000, 0)).isEqualTo(Due.WARN);
    assertThat(lifetime.due(START + 10_001, 0)).isEqualTo(Due.NOTHING);
    lifetime.due(START + 79_000, 0);
    assertThat(lifetime.due(START + 79_999, 0)).isEqualTo(Due.NOTHING);
    assertThat(lifetime.due(START + 80_000, 0)).isEqualTo(Due.EXPIRED);
    lifetime.authenticated(0);
    assertThat(lifetime.due(START + 80_000, 0)).isEqualTo(Due.NOTHING);
  }

  @Test
  void onlyAReaderThatTakesNothingForHalfAMinuteIsStalled() {
    lifetime.authenticated(0);
    lifetime.inRoom(true, START);
    for (int second = 1; second <= 60; second++) {
      lifetime.heard(START + second * 1000L);
      assertThat(lifetime.due(START + second * 1000L, 1000 - second)).as("it drains").isNotEqualTo(Due.STALLED);
    }
    assertThat(lifetime.due(START + 89_000, 940)).isNotEqualTo(Due.STALLED);
    assertThat(lifetime.due(START + 90_000, 940)).isEqualTo(Due.STALLED);
  }

  @Test
  void whoDoesNothingIsAwayOnceAndBackWithTheNextFrame() {
    Lifetime quick = new Lifetime(new SocketLimits(10, 10, 10, 1000, 1000, Duration.ofSeconds(30), Duration.ofSeconds(300),
        Duration.ofSeconds(20), 1000), START);
    quick.authenticated(0);
    quick.inRoom(true, START);
    assertThat(quick.next(START)).isEqualTo(START + 20_000);
    assertThat(quick.due(START + 19_999, 0)).isEqualTo(Due.NOTHING);
    assertThat(quick.due(START + 20_000, 0)).isEqualTo(Due.AWAY);
    assertThat(quick.isIdle()).isTrue();
    assertThat(quick.due(START + 20_001, 0)).isEqualTo(Due.NOTHING);
    assertThat(quick.acted(START + 25_000)).isTrue();
    assertThat(quick.isIdle()).isFalse();
    assertThat(quick.acted(START + 26_000)).as("it was back already").isFalse();
    quick.heard(START + 46_000);
    assertThat(quick.due(START + 46_000, 0)).isEqualTo(Due.AWAY);
  }
}

package dev.chorus.gateway.connection;

import dev.chorus.gateway.config.GatewayConfig.SocketLimits;

/**
 * When a connection is pinged, warned and ended. Pure: told what happens, asked what is due. All times are milliseconds since the epoch.
 */
final class Lifetime {
  static final long AUTH_MS = 10_000;
  static final long WARNING_MS = 60_000;
  static final long GRACE_MS = 10_000;
  static final long STALLED_MS = 30_000;
  private final SocketLimits limits;
  private final long openedAt;
  private long heardAt;
  private long pingedAt;
  private long aloneSince;
  private long expiresAt;
  private boolean authenticated;
  private boolean warned;
  private long actedAt;
  private boolean idle;
  private long stalledSince;
  private long stalledBytes;

  /** What is due. */
  enum Due {
    NOTHING, PING, AWAY, WARN, NO_AUTH, SILENT, IDLE, EXPIRED, STALLED
  }

  Lifetime(SocketLimits limits, long now) {
    this.limits = limits;
    this.openedAt = now;
    this.heardAt = now;
    this.pingedAt = now;
    this.aloneSince = now;
    this.actedAt = now;
  }

  /** The user has done something. True when they had not for so long that they counted as away. */
  boolean acted(long now) {
    boolean wasIdle = idle;
    actedAt = now;
    idle = false;
    return wasIdle;
  }

  /** Nothing has been done for so long that the user counts as away. */
  boolean isIdle() {
    return idle;
  }

  void heard(long now) {
    heardAt = now;
  }

  /** @param expiresAt of the credential, or 0 */
  void authenticated(long expiresAt) {
    this.authenticated = true;
    this.expiresAt = expiresAt;
    this.warned = false;
  }

  /** It is in a room now, or in none from now on. */
  void inRoom(boolean any, long now) {
    aloneSince = any ? 0 : now;
  }

  /** @param unsent bytes that the client has not taken, 0 when it keeps up */
  Due due(long now, long unsent) {
    if (!authenticated)
      return now - openedAt >= AUTH_MS ? Due.NO_AUTH : Due.NOTHING;
    boolean stalled = isStalled(now, unsent);
    if (now - heardAt >= limits.silence().toMillis())
      return Due.SILENT;
    if (expiresAt != 0 && now >= expiresAt + GRACE_MS)
      return Due.EXPIRED;
    if (aloneSince != 0 && now - aloneSince >= limits.idle().toMillis())
      return Due.IDLE;
    if (stalled)
      return Due.STALLED;
    if (expiresAt != 0 && !warned && now >= expiresAt - WARNING_MS) {
      warned = true;
      return Due.WARN;
    }
    if (!idle && now - actedAt >= limits.away().toMillis()) {
      idle = true;
      return Due.AWAY;
    }
    if (now - pingedAt >= limits.heartbeat().toMillis()) {
      pingedAt = now;
      return Due.PING;
    }
    return Due.NOTHING;
  }

  /** Who takes what it is sent is there, though it may not be read from meanwhile. */
  private boolean isStalled(long now, long unsent) {
    if (unsent < stalledBytes)
      heardAt = now;
    boolean moved = unsent == 0 || stalledSince == 0 || unsent < stalledBytes;
    if (moved)
      stalledSince = unsent == 0 ? 0 : now;
    stalledBytes = unsent;
    return !moved && now - stalledSince >= STALLED_MS;
  }

  /** When to ask again. */
  long next(long now) {
    if (!authenticated)
      return openedAt + AUTH_MS;
    long next = Math.min(pingedAt + limits.heartbeat().toMillis(), heardAt + limits.silence().toMillis());
    if (!idle)
      next = Math.min(next, actedAt + limits.away().toMillis());
    if (aloneSince != 0)
      next = Math.min(next, aloneSince + limits.idle().toMillis());
    if (expiresAt != 0)
      next = Math.min(next, warned ? expiresAt + GRACE_MS : expiresAt - WARNING_MS);
    return Math.min(next, now + STALLED_MS);
  }

  long expiresAt() {
    return expiresAt;
  }
}

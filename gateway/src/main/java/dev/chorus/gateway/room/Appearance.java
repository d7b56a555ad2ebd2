package dev.chorus.gateway.room;

import dev.chorus.model.Presence;
import dev.chorus.protocol.ClientFrame.PresenceUpdate;

/**
 * What a client has said of its presence, each part with the time when it was said last, 0 for never: what was said for one room and what was said for all of them compose by
 * these times.
 *
 * @param status or null for never
 * @param metadata JSON text of an object, or null
 */
public record Appearance(Presence.Status status, long statusAt, boolean hidden, long hiddenAt, String metadata, long metadataAt) {
  public static final Appearance NONE = new Appearance(null, 0, false, 0, null, 0);
  private static final String EMPTY = "{}";

  /** With what the frame says; what it leaves out stays. */
  public Appearance with(PresenceUpdate frame, long at) {
    Appearance next = this;
    if (frame.status() != null)
      next = new Appearance(frame.status(), at, hidden, hiddenAt, metadata, metadataAt);
    if (frame.hidden() != null)
      next = next.hidden(frame.hidden(), at);
    if (frame.metadata() != null) {
      String kept = frame.metadata().equals(EMPTY) ? null : frame.metadata();
      next = new Appearance(next.status, next.statusAt, next.hidden, next.hiddenAt, kept, at);
    }
    return next;
  }

  Appearance hidden(boolean now, long at) {
    return new Appearance(status, statusAt, now, at, metadata, metadataAt);
  }

  /** Of each part the one that was said last. */
  Appearance latest(Appearance other) {
    if (other.equals(NONE))
      return this;
    boolean ownStatus = statusAt >= other.statusAt;
    boolean ownHidden = hiddenAt >= other.hiddenAt;
    boolean ownMetadata = metadataAt >= other.metadataAt;
    return new Appearance(ownStatus ? status : other.status, Math.max(statusAt, other.statusAt), ownHidden ? hidden : other.hidden,
        Math.max(hiddenAt, other.hiddenAt), ownMetadata ? metadata : other.metadata, Math.max(metadataAt, other.metadataAt));
  }

  /** The status that others see: who has said nothing, or ONLINE, is AWAY while idle; what else was said stays. */
  Presence.Status shown(boolean idle) {
    if (status != null && status != Presence.Status.ONLINE)
      return status;
    return idle ? Presence.Status.AWAY : Presence.Status.ONLINE;
  }
}

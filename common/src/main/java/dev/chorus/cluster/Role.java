package dev.chorus.cluster;

import java.util.Locale;

/** What a node does; one node may do several. */
public enum Role {
  GATEWAY, DELIVERY, PRESENCE, STREAMING;

  /** As launcher, logs and addresses name it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}

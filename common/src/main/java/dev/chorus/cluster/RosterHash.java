package dev.chorus.cluster;

import dev.chorus.model.UserId;
import java.nio.charset.StandardCharsets;

/**
 * The hash by which a gateway and a presence owner compare what the gateway has in a room. The hash of a set of connections is the sum of their entries' hashes, modulo 2^64:
 * in whatever order they are added it is the same as for the sorted set, and both sides can keep it up to date by adding and subtracting. The empty room is 0.
 */
public final class RosterHash {
  public static final long EMPTY = 0;

  private RosterHash() {}

  /** The part of the sum of one connection of which no more is known than its user. */
  public static long pair(String connection, UserId user) {
    return entry(connection, user.value());
  }

  /** One connection's part of the sum: all that is said of it, null being different from empty. */
  public static long entry(String... said) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < said.length; i++) {
      if (i > 0)
        hash = step(hash, (byte) 0);
      if (said[i] == null)
        hash = step(hash, (byte) 0xff);
      else
        for (byte b : said[i].getBytes(StandardCharsets.UTF_8))
          hash = step(hash, b);
    }
    return mix(hash);
  }

  /** FNV-1a, 64 bits (draft-eastlake-fnv). */
  private static long step(long hash, byte b) {
    return (hash ^ (b & 0xff)) * 0x100000001b3L;
  }

  /** The finalizer of SplitMix64, since sums of plain FNV hashes cancel out too easily. */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}

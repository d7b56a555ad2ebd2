package dev.chorus.gateway.connection;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a client has said while its credential was being checked, at most {@value #MAX} envelopes. */
final class Held {
  private static final int MAX = 256;
  private final List<byte[]> envelopes = new ArrayList<>(1);

  /** False when it is too much. */
  boolean add(byte[] message, int offset, int length) {
    if (envelopes.size() >= MAX)
      return false;
    return envelopes.add(Arrays.copyOfRange(message, offset, offset + length));
  }

  List<byte[]> envelopes() {
    return envelopes;
  }
}

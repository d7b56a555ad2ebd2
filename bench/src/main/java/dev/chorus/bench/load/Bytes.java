package dev.chorus.bench.load;

/** Searches in read buffers without making strings of them. */
final class Bytes {
  private Bytes() {}

  /** Where {@code wanted} first stands within {@code bytes[from, to)}; -1 if it does not. */
  static int indexOf(byte[] bytes, int from, int to, byte[] wanted) {
    for (int i = from; i <= to - wanted.length; i++)
      if (matches(bytes, i, wanted))
        return i;
    return -1;
  }

  /** Where {@code wanted} last stands within {@code bytes[from, to)}; -1 if it does not. */
  static int lastIndexOf(byte[] bytes, int from, int to, byte[] wanted) {
    for (int i = to - wanted.length; i >= from; i--)
      if (matches(bytes, i, wanted))
        return i;
    return -1;
  }

  /** The digits that begin at {@code from} as a number; -1 if there are none. */
  static long number(byte[] bytes, int from, int to) {
    long value = 0;
    int i = from;
    while (i < to && bytes[i] >= '0' && bytes[i] <= '9')
      value = value * 10 + (bytes[i++] - '0');
    return i == from ? -1 : value;
  }

  private static boolean matches(byte[] bytes, int at, byte[] wanted) {
    for (int k = 0; k < wanted.length; k++)
      if (bytes[at + k] != wanted[k])
        return false;
    return true;
  }
}

package dev.chorus.bench.load;

/**
 * What every measured text carries: eight at-signs, the moment of sending, and the room it was sent to.
 *
 * <pre>@@@@@@@@ NNNNNNNNNNNNNNNNNNN RRRRRR   (8 + 19 digits of System.nanoTime() + 6 digits, without the blanks)</pre>
 *
 * System.nanoTime() is the machine's monotonic clock on Linux, so a marker made in one process can be read in another.
 * Eight equal bytes let the reader look at every eighth byte only.
 */
public final class Marker {
  /** Bytes of a marker. */
  public static final int LENGTH = 33;
  private static final int SIGNS = 8;
  private static final int NANO_DIGITS = 19;
  private static final String SIGN = "@".repeat(SIGNS);

  private Marker() {}

  /** Hears of the markers of a text. */
  public interface Sink {
    /**
     * One marker.
     *
     * @param from where the search for this marker began, which is behind the marker before it
     * @param at where the marker begins
     */
    void marker(byte[] bytes, int from, int at, long nanos, int room);
  }

  /** The marker for a moment and a room, padded with a filler to {@code length} characters. */
  public static String text(long nanos, int room, int length) {
    StringBuilder text = new StringBuilder(Math.max(length, LENGTH)).append(SIGN);
    digits(text, nanos, NANO_DIGITS);
    digits(text, room, LENGTH - SIGNS - NANO_DIGITS);
    while (text.length() < length)
      text.append('x');
    return text.toString();
  }

  /** Finds every whole marker of {@code bytes[from, to)}; says where the last one ended, or {@code from}. */
  public static int scan(byte[] bytes, int from, int to, Sink sink) {
    int begin = from;
    int i = from + SIGNS - 1;
    while (i < to) {
      if (bytes[i] != '@') {
        i += SIGNS;
        continue;
      }
      int at = i;
      while (at > begin && bytes[at - 1] == '@')
        at--;
      if (at + LENGTH <= to && isMarker(bytes, at)) {
        int room = (int) number(bytes, at + SIGNS + NANO_DIGITS, LENGTH - SIGNS - NANO_DIGITS);
        sink.marker(bytes, begin, at, number(bytes, at + SIGNS, NANO_DIGITS), room);
        begin = at + LENGTH;
        i = begin + SIGNS - 1;
      } else {
        i++;
      }
    }
    return begin;
  }

  private static boolean isMarker(byte[] bytes, int at) {
    for (int i = 0; i < SIGNS; i++)
      if (bytes[at + i] != '@')
        return false;
    for (int i = SIGNS; i < LENGTH; i++)
      if (bytes[at + i] < '0' || bytes[at + i] > '9')
        return false;
    return true;
  }

  private static long number(byte[] bytes, int at, int digits) {
    long value = 0;
    for (int i = at; i < at + digits; i++)
      value = value * 10 + (bytes[i] - '0');
    return value;
  }

  private static void digits(StringBuilder text, long value, int digits) {
    String plain = Long.toString(value);
    for (int i = plain.length(); i < digits; i++)
      text.append('0');
    text.append(plain);
  }
}

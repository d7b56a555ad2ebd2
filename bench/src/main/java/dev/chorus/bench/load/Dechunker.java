package dev.chorus.bench.load;

/**
 * Takes the frames of HTTP's chunked coding (RFC 9112, section 7.1) away; keeps its place between calls. Trailers are not supported.
 */
final class Dechunker {
  private enum Place {
    SIZE, EXTENSION, DATA, DATA_END, LAST_LINE
  }

  private Place place = Place.SIZE;
  private long size;
  private boolean done;

  void reset() {
    place = Place.SIZE;
    size = 0;
    done = false;
  }

  /** Whether the last chunk has passed. */
  boolean done() {
    return done;
  }

  /** Copies the content of {@code in[from, to)} to {@code out} at {@code at}; says where the content ends there. */
  int take(byte[] in, int from, int to, byte[] out, int at) {
    int i = from;
    int end = at;
    while (i < to && !done) {
      if (place == Place.DATA) {
        int count = (int) Math.min(size, to - i);
        System.arraycopy(in, i, out, end, count);
        end += count;
        i += count;
        size -= count;
        if (size == 0)
          place = Place.DATA_END;
      } else {
        frame(in[i++]);
      }
    }
    return end;
  }

  private void frame(byte b) {
    if (b == '\n') {
      line();
      return;
    }
    int digit = Character.digit(b, 16);
    if (place == Place.SIZE && digit >= 0)
      size = size * 16 + digit;
    else if (place == Place.SIZE && b == ';')
      place = Place.EXTENSION;
  }

  private void line() {
    switch (place) {
      case SIZE, EXTENSION -> place = size == 0 ? Place.LAST_LINE : Place.DATA;
      case LAST_LINE -> done = true;
      default -> {
        place = Place.SIZE;
        size = 0;
      }
    }
  }
}

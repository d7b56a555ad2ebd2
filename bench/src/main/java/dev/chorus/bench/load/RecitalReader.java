package dev.chorus.bench.load;

import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;

/** Follows the text of a {@link Recital} byte by byte, wherever it is cut, and notices the first that is not the one that has to come. */
final class RecitalReader {
  private static final int SIGNS = 8;
  private static final int NANO_DIGITS = 19;
  private final byte[] filler;
  private final LongConsumer due;
  private int number;
  private int at;
  private long nanos;
  private long mark;
  private boolean wrong;

  /** @param due hears of each marked token when it was due, in nanoseconds */
  RecitalReader(Recital recital, LongConsumer due) {
    this.filler = recital.filler().getBytes(StandardCharsets.US_ASCII);
    this.due = due;
  }

  void feed(byte[] bytes, int from, int to) {
    for (int i = from; i < to && !wrong; i++) {
      if (Recital.isMarked(number))
        marked(bytes[i]);
      else
        plain(bytes[i]);
    }
  }

  private void plain(byte b) {
    wrong = b != filler[at];
    if (++at == filler.length)
      next();
  }

  private void marked(byte b) {
    if (at < SIGNS)
      wrong = b != '@';
    else if (b < '0' || b > '9')
      wrong = true;
    else if (at < SIGNS + NANO_DIGITS)
      nanos = nanos * 10 + (b - '0');
    else
      mark = mark * 10 + (b - '0');
    if (++at < Marker.LENGTH)
      return;
    wrong |= mark != number;
    if (!wrong)
      due.accept(nanos);
    nanos = 0;
    mark = 0;
    next();
  }

  private void next() {
    number++;
    at = 0;
  }

  /** Whole tokens that have come in their order. */
  int tokens() {
    return number;
  }

  /** Something else came. */
  boolean isWrong() {
    return wrong;
  }
}

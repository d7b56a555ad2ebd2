package dev.chorus.bench.load;

/**
 * The text of a measured answer, known to both of its ends: every eighth token is a {@link Marker} of the moment it was said, or should have been, and of its number, those between are filler.
 *
 * @param fillerBytes of a token between the markers
 */
public record Recital(int fillerBytes) {
  /** Markers and words are about as long as tokens are, all together. */
  public static final Recital USUAL = new Recital(5);
  static final int EVERY = 8;

  /** The token of that number, from 0 on, of that moment of System.nanoTime(). */
  public String token(int number, long due) {
    return isMarked(number) ? Marker.text(due, number, Marker.LENGTH) : filler();
  }

  /** What every token is that has no mark. */
  public String filler() {
    return "w".repeat(fillerBytes - 1) + ' ';
  }

  /** Whether a token says when it was due. */
  public static boolean isMarked(int number) {
    return number % EVERY == 0;
  }
}

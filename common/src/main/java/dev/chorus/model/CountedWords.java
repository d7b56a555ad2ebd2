package dev.chorus.model;

/**
 * Words that are made nowhere else: one that no other start of a node has (71 bits), and a count behind it. For ids that need not be guarded against guessing, and of which there
 * are so many that a random word for each would cost more than all else that is done for them. Not safe for several threads.
 */
public final class CountedWords {
  private static final int WORD_CHARACTERS = 12;
  private final String word = Words.random(WORD_CHARACTERS);
  private long count;

  /** The next one: 13 to 25 letters and digits. */
  public String next() {
    return word + Long.toString(count++, Character.MAX_RADIX);
  }
}

package dev.chorus.model;

/**
 * Words that are made nowhere else: one that no other start of a node has (71 bits), and a count behind it. For ids that need not be guarded against guessing, and of which there
 * are many: a random word for each costs ten times as much, a fifth of all that a gateway does for a message. Not safe for several threads.
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

package dev.chorus.delivery;

import dev.chorus.model.Words;

/** Makes message ids: a word that no other start of a node has (71 bits), and a count. Cheaper than a random word for each message. */
final class MessageIds {
  private static final int WORD_CHARACTERS = 12;
  private final String word = Words.random(WORD_CHARACTERS);
  private long count;

  String next() {
    return word + Long.toString(count++, Character.MAX_RADIX);
  }
}

package dev.chorus.model;

import java.security.SecureRandom;

/** Random words for ids and epochs: letters and digits, safe in URLs, file names and headers. */
public final class Words {
  private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final SecureRandom RANDOM = new SecureRandom();

  private Words() {}

  /** A word of that many characters, 5.95 bits of entropy each. */
  public static String random(int length) {
    char[] word = new char[length];
    for (int i = 0; i < length; i++)
      word[i] = ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length()));
    return new String(word);
  }
}

package dev.chorus.streaming.provider;

/**
 * The white space at the end of a prefix. Some providers refuse a last message that ends in white space; so they are given the prefix without it, and begin their continuation
 * with it. What they repeat of it is left out here, so that prefix and continuation meet without a gap and without an overlap.
 */
public final class PrefixGap {
  private final String given;
  private String expected;

  /** @param prefix or null: then nothing is expected and nothing left out */
  public PrefixGap(String prefix) {
    this.given = prefix == null ? null : prefix.stripTrailing();
    this.expected = prefix == null ? "" : prefix.substring(given.length());
  }

  /** What to send of the prefix; null where there is none. */
  public String given() {
    return given;
  }

  /** What is new in the next text of the continuation. */
  public String after(String text) {
    if (expected.isEmpty())
      return text;
    int same = 0;
    while (same < text.length() && same < expected.length() && text.charAt(same) == expected.charAt(same))
      same++;
    // The first character that is another ends the repetition.
    expected = same == text.length() ? expected.substring(same) : "";
    return text.substring(same);
  }
}

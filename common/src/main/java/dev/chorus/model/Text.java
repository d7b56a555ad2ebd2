package dev.chorus.model;

/** What text PostgreSQL and JSON can both hold. */
public final class Text {
  private Text() {}

  /** Whether text has neither U+0000 nor an unpaired surrogate: one such row would fail a whole batch in PostgreSQL. */
  public static boolean isStorable(CharSequence text) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c == 0)
        return false;
      if (Character.isHighSurrogate(c)) {
        if (++i == length || !Character.isLowSurrogate(text.charAt(i)))
          return false;
      } else if (Character.isLowSurrogate(c)) {
        return false;
      }
    }
    return true;
  }

  /** The length of text in bytes of UTF-8, without encoding it. Unpaired surrogates count as 3. */
  public static int utf8Length(CharSequence text) {
    int bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80)
        bytes++;
      else if (c < 0x800)
        bytes += 2;
      else if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
        bytes += 4;
        i++;
      } else
        bytes += 3;
    }
    return bytes;
  }
}

package dev.chorus.streaming.deliver;

/** Where sentences end in running text: good enough to read aloud or to show by sentence, not grammar. */
final class Sentences {
  /** An end found late begins at most so many characters before what was added. */
  static final int LOOK_BACK = 8;
  private static final String MARKS = ".!?…";
  /** Behind these no space follows. */
  private static final String FULL_WIDTH_MARKS = "。！？";
  private static final String CLOSING = "\"'”’»)]}*_";

  private Sentences() {}

  /** The index behind the last sentence end at or behind {@code from}; 0 when there is none. */
  static int lastEnd(CharSequence text, int from) {
    for (int i = text.length() - 1; i >= from; i--) {
      char c = text.charAt(i);
      if (c == '\n' || FULL_WIDTH_MARKS.indexOf(c) >= 0)
        return i + 1;
      if (Character.isWhitespace(c) && endsBefore(text, i))
        return i + 1;
    }
    return 0;
  }

  private static boolean endsBefore(CharSequence text, int space) {
    int at = space - 1;
    while (at >= 0 && CLOSING.indexOf(text.charAt(at)) >= 0)
      at--;
    return at >= 0 && MARKS.indexOf(text.charAt(at)) >= 0;
  }
}

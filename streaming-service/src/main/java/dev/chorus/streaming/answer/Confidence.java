package dev.chorus.streaming.answer;

import java.util.regex.Pattern;

/**
 * A rough guess at how sure an answer is of itself, by its words alone: 0.7, and 0.1 more where it gives evidence, 0.1 more where it cites ({@code [1]}), 0.1 less where it
 * hedges. It knows nothing of what is true.
 */
final class Confidence {
  private static final int BASE = 7;
  private static final double TENTH = 10.0;
  private static final Pattern EVIDENCE = Pattern.compile(
      "\\b(?:because|therefore|evidence|according to|data|study|studies|research|measured|proven|shows?|demonstrates?)\\b",
      Pattern.CASE_INSENSITIVE);
  private static final Pattern CITATION = Pattern.compile("\\[\\d{1,3}]");
  private static final Pattern HEDGE = Pattern.compile(
      "\\b(?:maybe|perhaps|possibly|probably|might|could be|not sure|unsure|uncertain|i think|i guess|it seems|unclear)\\b",
      Pattern.CASE_INSENSITIVE);

  private Confidence() {}

  /** From 0 to 1; null when there is no text. */
  static Double of(String text) {
    if (text.isBlank())
      return null;
    int tenths = BASE + found(EVIDENCE, text) + found(CITATION, text) - found(HEDGE, text);
    return tenths / TENTH;
  }

  private static int found(Pattern pattern, String text) {
    return pattern.matcher(text).find() ? 1 : 0;
  }
}

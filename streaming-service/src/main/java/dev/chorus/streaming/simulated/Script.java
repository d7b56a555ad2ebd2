package dev.chorus.streaming.simulated;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a prompt asks of the simulated provider, by words in double brackets anywhere in the last user message:
 *
 * <pre>
 * [[words:200]]      an answer of that many words
 * [[slow]]           a tenth of the pace
 * [[rate:500]]       that many tokens per second
 * [[think]]          reasoning before the answer
 * [[tool:name]]      the answer is a call of that tool
 * [[fail-after:5]]   an error within the stream after that many tokens
 * [[cut-after:5]]    the end of the stream after that many tokens, without a finish reason
 * [[stall]]          silence from the start
 * [[stall-after:5]]  silence after that many tokens
 * [[error:429]]      that HTTP status instead of an answer
 * [[not-a-stream]]   a 200 that is not an event stream
 * </pre>
 *
 * Numbers are 0 where the word is not there; {@code -1} for the three "after" ones.
 */
record Script(int words, boolean slow, double rate, boolean think, String tool, int failAfter, int cutAfter, int stallAfter,
    int errorStatus, boolean notAStream) {
  private static final Pattern COMMAND = Pattern.compile("\\[\\[([a-z-]+)(?::([A-Za-z0-9_]{1,64}))?]]");
  private static final int MAX_WORDS = 20_000;

  static Script read(String prompt) {
    int words = 0;
    boolean slow = false;
    double rate = 0;
    boolean think = false;
    String tool = null;
    int failAfter = -1;
    int cutAfter = -1;
    int stallAfter = -1;
    int errorStatus = 0;
    boolean notAStream = false;
    Matcher command = COMMAND.matcher(prompt);
    while (command.find()) {
      String value = command.group(2);
      switch (command.group(1)) {
        case "words" -> words = Math.min(MAX_WORDS, number(value, 0));
        case "slow" -> slow = true;
        case "rate" -> rate = number(value, 0);
        case "think" -> think = true;
        case "tool" -> tool = value;
        case "fail-after" -> failAfter = number(value, -1);
        case "cut-after" -> cutAfter = number(value, -1);
        case "stall" -> stallAfter = 0;
        case "stall-after" -> stallAfter = number(value, -1);
        case "error" -> errorStatus = number(value, 0);
        case "not-a-stream" -> notAStream = true;
        default -> {
          // Brackets of the user's own.
        }
      }
    }
    return new Script(words, slow, rate, think, tool, failAfter, cutAfter, stallAfter, errorStatus, notAStream);
  }

  /** The prompt without its commands. */
  static String withoutCommands(String prompt) {
    return COMMAND.matcher(prompt).replaceAll("").strip();
  }

  private static int number(String value, int otherwise) {
    return value != null && value.matches("[0-9]{1,9}") ? Integer.parseInt(value) : otherwise;
  }
}

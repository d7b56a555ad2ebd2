package dev.chorus.node;

/** A node could not start; the message is the sentence that says why, for the person who started it. */
public final class StartException extends RuntimeException {
  StartException(String sentence) {
    super(sentence);
  }

  StartException(Throwable cause) {
    super("The node could not start: " + reason(cause), cause);
  }

  /** What a failure says of itself; of one that says nothing, what it is. */
  private static String reason(Throwable cause) {
    String message = cause.getMessage();
    String said = message == null || message.isBlank()
        ? cause.getClass().getSimpleName()
        : message.lines().findFirst().orElseThrow().strip();
    return said.endsWith(".") ? said : said + ".";
  }
}

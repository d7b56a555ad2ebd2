package dev.chorus.testkit.provider;

/**
 * How one request is answered.
 *
 * @param fault null for none
 * @param status instead of an answer, or 0
 * @param headers of that status, each ended by CRLF
 * @param body of that status
 * @param endless the text is said again and again
 */
public record Plan(Answer answer, Fault fault, Place place, int status, String headers, String body, boolean endless) {
  /** All is well. */
  public static Plan whole(Answer answer) {
    return new Plan(answer, null, null, 0, "", "", false);
  }

  /** The answer goes wrong there. */
  public static Plan failing(Answer answer, Fault fault, Place place) {
    return new Plan(answer, fault, place, 0, "", "", false);
  }

  /** @param headers e.g. {@code "Retry-After: 1\r\n"} */
  public static Plan status(int status, String headers, String body) {
    return new Plan(Answer.text(""), null, null, status, headers, body, false);
  }

  /** A 200 with a body that is no stream of events. */
  public static Plan notAStream() {
    return status(200, "Content-Type: text/html\r\n", "<html>Welcome</html>");
  }

  /** As fast as it is read, without an end. */
  public static Plan endless(Answer answer) {
    return new Plan(answer, null, null, 0, "", "", true);
  }
}

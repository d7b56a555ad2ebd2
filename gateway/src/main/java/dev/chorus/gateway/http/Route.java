package dev.chorus.gateway.http;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One line of the table: what is asked for, and who answers.
 *
 * @param method GET, POST, …
 * @param template a path whose segments may be {@code {name}}, the last one {@code {name...}} for all that is left
 * @param open nobody needs to say who they are
 * @param lasting the answer goes on for as long as something is said: a user has a bounded number of them
 */
public record Route(String method, String template, boolean open, boolean lasting, Answer answer) {

  /** Answers one exchange. What it throws or fails with becomes the answer, unless that has begun. */
  @FunctionalInterface
  public interface Answer {
    void to(Exchange exchange);
  }

  /** For callers with a token or an API key. */
  public static Route of(String method, String template, Answer answer) {
    return new Route(method, template, false, false, answer);
  }

  /** The same, for answers that may go on for long. */
  public static Route lasting(String method, String template, Answer answer) {
    return new Route(method, template, false, true, answer);
  }

  /** For anybody. */
  public static Route open(String method, String template, Answer answer) {
    return new Route(method, template, true, false, answer);
  }

  /** The named segments, still percent-encoded, if the path is one of this route's. */
  Optional<Map<String, String>> match(String path) {
    String[] wanted = template.split("/", -1);
    String[] given = path.split("/", wanted[wanted.length - 1].endsWith("...}") ? wanted.length : -1);
    if (wanted.length != given.length)
      return Optional.empty();
    Map<String, String> names = new HashMap<>(2);
    for (int i = 0; i < wanted.length; i++) {
      String segment = wanted[i];
      if (!segment.startsWith("{")) {
        if (!segment.equals(given[i]))
          return Optional.empty();
      } else if (given[i].isEmpty()) {
        return Optional.empty();
      } else {
        names.put(segment.substring(1, segment.length() - (segment.endsWith("...}") ? 4 : 1)), given[i]);
      }
    }
    return Optional.of(names);
  }
}

package dev.chorus.streaming.deliver;

import dev.chorus.model.Problem;
import java.util.Locale;

/** In which portions the starter wants the text. */
public enum Deliver {
  /** As it comes; merged only when the node has more to do than it can. */
  TOKEN,
  /** Up to the ends of sentences. */
  SENTENCE,
  /** Up to the end of a section, which is that of the answer when it has none. */
  SECTION,
  /** So many bytes, or what came in so long a time. */
  BUFFERED;

  /** The mode of that name; null is {@link #TOKEN}. Refused with {@code bad_request} when there is none. */
  public static Deliver of(String name) {
    if (name == null)
      return TOKEN;
    for (Deliver mode : values())
      if (mode.name().toLowerCase(Locale.ROOT).equals(name))
        return mode;
    throw Problem.badRequest("'deliver' is one of token, sentence, section and buffered.").refusal();
  }
}

package dev.chorus.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.charset.StandardCharsets;

/** A user: the {@code sub} of a token, 1 to 128 bytes of UTF-8. */
public record UserId(@JsonValue String value) {
  private static final int MAX_BYTES = 128;

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public UserId {}

  /** Whether text can be a user: 1 to 128 bytes, no U+0000, no unpaired surrogate. */
  public static boolean isValid(String sub) {
    return sub != null && !sub.isEmpty() && Text.isStorable(sub) && sub.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
  }

  /** The user of that name from outside. Fails with {@code bad_request}. */
  public static UserId parse(String sub) {
    if (!isValid(sub))
      throw Problem.badRequest("A user has 1 to 128 bytes of UTF-8, without U+0000.").refusal();
    return new UserId(sub);
  }

  @Override
  public String toString() {
    return value;
  }
}

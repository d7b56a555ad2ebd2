package dev.chorus.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** The name of a room: 1 to 128 of {@code A-Z a-z 0-9 . _ : @ -}. */
public record RoomId(@JsonValue String value) implements Comparable<RoomId> {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:@-]{1,128}");

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public RoomId {}

  /** The room of that name from outside. Fails with {@code bad_request}. */
  public static RoomId parse(String name) {
    if (name == null || !NAME.matcher(name).matches()) {
      throw Problem.badRequest("A room name has 1 to 128 characters of A-Z a-z 0-9 . _ : @ -").refusal();
    }
    return new RoomId(name);
  }

  @Override
  public int compareTo(RoomId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}

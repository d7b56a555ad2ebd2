package dev.chorus.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** The name of a room: 1 to 128 of {@code A-Z a-z 0-9 . _ : @ -}. */
public record RoomId(@JsonValue String value) implements Comparable<RoomId> {
  private static final int MAX_LENGTH = 128;

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public RoomId {}

  /** The room of that name from outside. Fails with {@code bad_request}. */
  public static RoomId parse(String name) {
    if (name == null || !isName(name)) {
      throw Problem.badRequest("A room name has 1 to 128 characters of A-Z a-z 0-9 . _ : @ -").refusal();
    }
    return new RoomId(name);
  }

  private static boolean isName(String name) {
    if (name.isEmpty() || name.length() > MAX_LENGTH)
      return false;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!letter && "._:@-".indexOf(c) < 0)
        return false;
    }
    return true;
  }

  /** As a record's would be, without the indirection: every message looks its room up in several maps. */
  @Override
  public boolean equals(Object other) {
    return other instanceof RoomId room && value.equals(room.value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
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

package dev.chorus.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a stream. Its owner can be read off it, so that any node finds the stream without a directory:
 *
 * <pre>
 * room~word      a stream of a room (or of a group in a room): its key is the room
 * *group~word    a stream of a group without a room: its key is *group
 * ~word          a stream of its own: its key is the whole id
 * </pre>
 */
public record StreamId(@JsonValue String value) {
  private static final Pattern FORM = Pattern.compile("(\\*?[A-Za-z0-9._:@-]{1,128})?~[A-Za-z0-9]{1,64}");

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public StreamId {}

  /** The stream of that name from outside; empty if no stream can have that name. */
  public static Optional<StreamId> parse(String id) {
    return id != null && FORM.matcher(id).matches() ? Optional.of(new StreamId(id)) : Optional.empty();
  }

  /** A new stream of a room, or of its own when the room is null. The word is random and never used before. */
  public static StreamId of(RoomId room, String word) {
    return new StreamId((room == null ? "" : room.value()) + '~' + word);
  }

  /** A new stream of a group: its key is the room, or the group when the room is null. */
  public static StreamId ofGroup(RoomId room, String group, String word) {
    return new StreamId((room == null ? "*" + group : room.value()) + '~' + word);
  }

  /** A new stream with the same key where that is a room or a group; one of its own has a key of its own. */
  public StreamId sibling(String word) {
    int tilde = value.indexOf('~');
    return new StreamId(value.substring(0, tilde) + '~' + word);
  }

  /** What the ring maps to the stream's owner. */
  public String key() {
    int tilde = value.indexOf('~');
    return tilde == 0 ? value : value.substring(0, tilde);
  }

  /** The random word of the id: unique to the stream, and its epoch, so that a reader's {@code epoch-seq} finds a stream that has no room. */
  public String word() {
    return value.substring(value.indexOf('~') + 1);
  }

  /** The room of the stream, if it was started in one. */
  public Optional<RoomId> room() {
    String key = key();
    return key.startsWith("~") || key.startsWith("*") ? Optional.empty() : Optional.of(new RoomId(key));
  }

  @Override
  public String toString() {
    return value;
  }
}

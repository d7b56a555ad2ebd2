package dev.chorus.protocol;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.model.Text;
import dev.chorus.model.UserId;
import java.util.regex.Pattern;

/**
 * An event of somebody else's, for everybody in a room or for all connections of a user: exactly one of {@code room} and {@code user} is there. Ephemeral.
 *
 * @param envelope the bytes that clients get
 */
public record Publication(RoomId room, UserId user, byte[] envelope) {
  private static final Pattern TYPE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,63}");

  /**
   * Reads {@code {"room"|"user","type","data"}}. Fails with a {@link Refusal}.
   *
   * @param maxBytes of the data as JSON text, UTF-8
   */
  public static Publication of(Fields fields, int maxBytes) {
    String room = fields.text("room");
    String user = fields.text("user");
    if ((room == null) == (user == null))
      throw Problem.badRequest("Give 'room' or 'user', one of them.").refusal();
    String type = fields.requiredText("type");
    if (!TYPE.matcher(type).matches())
      throw Problem.badRequest("'type' has not 1 to 64 letters, digits or any of . _ : -, a letter or digit first.").refusal();
    if (Vocabulary.has(type))
      throw Problem.badRequest("'" + type + "' is the server's own; give your event another 'type'.").refusal();
    ObjectNode data = fields.required("data", fields.object("data"));
    if (!Fields.isStorable(data))
      throw Problem.badRequest("'data' holds U+0000 or an unpaired surrogate.").refusal();
    if (Text.utf8Length(Json.text(data)) > maxBytes)
      throw Refusal.of(ErrorCode.TOO_LARGE, "'data' is longer than " + maxBytes + " bytes.");
    RoomId parsed = room == null ? null : RoomId.parse(room);
    return new Publication(parsed, user == null ? null : UserId.parse(user), EventCodec.other(type, parsed, data));
  }
}

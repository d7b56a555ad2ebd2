package dev.chorus.protocol;

import dev.chorus.model.Activity;
import dev.chorus.model.CursorPosition;
import dev.chorus.model.Presence;
import dev.chorus.model.Problem;
import dev.chorus.model.RoomId;

/** The data of what clients say of themselves in passing: their presence, cursor and activity (docs/protocol.md, section 5). */
final class PresenceFields {
  private static final int MAX_NAME = 128;
  private static final int MAX_OBJECT_BYTES = 1024;
  private static final int MAX_ELEMENT = 256;
  private static final int MAX_SELECTED = 1024;
  private static final int MAX_COLOR = 32;

  private PresenceFields() {}

  static ClientFrame frame(String type, Fields envelope, Fields data) {
    return switch (type) {
      case "presence:update" -> update(envelope.get("room") == null ? null : room(envelope), data);
      case "cursor:move" -> new ClientFrame.CursorMove(room(envelope), position(data));
      default -> new ClientFrame.ActivityUpdate(room(envelope), data.required("activity", data.constant("activity", Activity.class)),
          data.objectText("details", MAX_OBJECT_BYTES));
    };
  }

  private static RoomId room(Fields envelope) {
    return RoomId.parse(envelope.requiredText("room"));
  }

  static ClientFrame.PresenceUpdate update(RoomId room, Fields data) {
    String device = data.text("device", MAX_NAME);
    if (device != null && device.isEmpty())
      throw Problem.badRequest("'device' is empty.").refusal();
    return new ClientFrame.PresenceUpdate(room, data.constant("status", Presence.Status.class), device,
        data.objectText("metadata", MAX_OBJECT_BYTES), data.get("hidden") == null ? null : data.flag("hidden", false),
        data.word("lastSeen", ClientFrame.PresenceUpdate.LastSeen.class, null));
  }

  private static CursorPosition position(Fields data) {
    return new CursorPosition(data.required("x", data.number("x")), data.required("y", data.number("y")),
        data.text("elementId", MAX_ELEMENT), data.object("selection") == null ? null : selection(new Fields(data.object("selection"))),
        data.text("color", MAX_COLOR));
  }

  private static CursorPosition.Selection selection(Fields selection) {
    return new CursorPosition.Selection(selection.required("start", selection.sequence("start")),
        selection.required("end", selection.sequence("end")), selection.text("text", MAX_SELECTED));
  }
}

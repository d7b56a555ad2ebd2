package dev.chorus.presence.cursor;

import dev.chorus.model.CursorPosition;
import dev.chorus.model.UserId;
import dev.chorus.presence.agenda.Agenda;
import dev.chorus.protocol.Event.CursorUpdate.Cursor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The cursors of a room: of each that moved the latest position, in frames that are a tenth of a second apart and hold at most a hundred, the longest unsent first. However many
 * moves come, it keeps one per user who is there.
 */
public final class Cursors {
  private static final long FRAME_MS = 100;
  private static final int MAX_IN_FRAME = 100;
  /** Of element ids and selected texts: many clients refuse frames over 64 KiB. */
  private static final int MAX_CHARACTERS = 16 * 1024;

  private static final class Known {
    String connection;
    CursorPosition position;
    String color;
    long at;
    /** Others see it, or one of the same user of which they have yet to hear that it is gone. */
    boolean sent;

    Known(boolean sent) {
      this.sent = sent;
    }
  }

  private final Map<UserId, Known> known = new HashMap<>();
  /** In the order in which they came to wait; null where the cursor is gone. */
  private final Map<UserId, Known> unsent = new LinkedHashMap<>();
  private long frameAt = -FRAME_MS;

  /** Coordinates that are no numbers are no position. */
  public void move(UserId user, String connection, CursorPosition position, long now) {
    if (!Double.isFinite(position.x()) || !Double.isFinite(position.y()))
      return;
    Known cursor = known.computeIfAbsent(user, key -> new Known(unsent.containsKey(key)));
    cursor.connection = connection;
    cursor.position = position;
    cursor.at = now;
    if (position.color() != null)
      cursor.color = position.color();
    else if (cursor.color == null)
      cursor.color = Color.of(user);
    unsent.put(user, cursor);
  }

  /** That connection is no more: the cursor that it moved is gone. */
  public void ended(UserId user, String connection) {
    Known cursor = known.get(user);
    if (cursor != null && cursor.connection.equals(connection))
      gone(user);
  }

  /** The user has no cursor any more. Nobody is told of one that was never shown. */
  public void gone(UserId user) {
    Known cursor = known.remove(user);
    if (cursor == null)
      return;
    if (cursor.sent)
      unsent.put(user, null);
    else
      unsent.remove(user);
  }

  /** When the next frame is due, or {@link Agenda#NEVER}. */
  public long due() {
    return unsent.isEmpty() ? Agenda.NEVER : frameAt + FRAME_MS;
  }

  /** The next frame, if it is time. */
  public List<Cursor> frame(long now) {
    if (due() > now)
      return List.of();
    frameAt = now;
    List<Cursor> frame = new ArrayList<>(Math.min(unsent.size(), MAX_IN_FRAME));
    int characters = 0;
    for (Iterator<Map.Entry<UserId, Known>> next = unsent.entrySet().iterator(); next.hasNext() && frame.size() < MAX_IN_FRAME;) {
      Map.Entry<UserId, Known> entry = next.next();
      characters += characters(entry.getValue());
      if (characters > MAX_CHARACTERS && !frame.isEmpty())
        break;
      frame.add(shown(entry.getKey(), entry.getValue()));
      next.remove();
    }
    return frame;
  }

  private static int characters(Known cursor) {
    if (cursor == null)
      return 0;
    CursorPosition at = cursor.position;
    int element = at.elementId() == null ? 0 : at.elementId().length();
    int selected = at.selection() == null || at.selection().text() == null ? 0 : at.selection().text().length();
    return element + selected;
  }

  private static Cursor shown(UserId user, Known cursor) {
    if (cursor == null)
      return new Cursor(user, null, null, true);
    cursor.sent = true;
    CursorPosition at = cursor.position;
    return new Cursor(user, cursor.at, new CursorPosition(at.x(), at.y(), at.elementId(), at.selection(), cursor.color), null);
  }
}

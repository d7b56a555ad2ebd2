package dev.chorus.presence.roster;

import dev.chorus.model.UserId;
import dev.chorus.presence.agenda.Agenda;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the watchers of a room have yet to be told. After a quiet while a change goes out at once; the others wait until the window closes, so that a crowd that comes at once is
 * one event. Who joined and left again meanwhile is not shown at all. While joins and leaves are only counted they are held here, the difference of what was told and what is.
 */
public final class Window {
  /** In this order: nobody is in two of them. */
  public record Changes(List<UserId> joined, List<UserId> changed, List<Effect.Left> left) {}

  private final long lengthMs;
  private final Set<UserId> joined = new LinkedHashSet<>();
  private final Set<UserId> changed = new LinkedHashSet<>();
  private final Map<UserId, Effect.Left> left = new LinkedHashMap<>();
  private long closedAt;

  public Window(long lengthMs) {
    this.lengthMs = lengthMs;
    this.closedAt = -lengthMs;
  }

  /** Whoever has left and comes back before that was told may look different. */
  public void joined(UserId user) {
    if (left.remove(user) == null)
      joined.add(user);
    else
      changed.add(user);
  }

  public void changed(UserId user) {
    if (!joined.contains(user))
      changed.add(user);
  }

  public void left(Effect.Left leaving) {
    if (joined.remove(leaving.user()))
      return;
    changed.remove(leaving.user());
    left.put(leaving.user(), leaving);
  }

  /** Whether that user is here without the watchers knowing. */
  public boolean isUntold(UserId user) {
    return joined.contains(user);
  }

  /** How many more the watchers believe to be here than there are: those who left less those who came. */
  public int surplus() {
    return left.size() - joined.size();
  }

  /**
   * When it closes, or {@link Agenda#NEVER} when there is nothing to be told.
   *
   * @param counted joins and leaves are held, but for so many joins
   */
  public long due(boolean counted, int room) {
    boolean coming = !joined.isEmpty() && (!counted || room > 0);
    boolean going = !left.isEmpty() && !counted;
    return coming || going || !changed.isEmpty() ? closedAt + lengthMs : Agenda.NEVER;
  }

  /** Everything that waits, but for what is held. */
  public Changes close(boolean counted, int room, long now) {
    closedAt = now;
    List<UserId> coming = new ArrayList<>();
    for (Iterator<UserId> next = joined.iterator(); next.hasNext() && (!counted || coming.size() < room);) {
      coming.add(next.next());
      next.remove();
    }
    List<UserId> changes = List.copyOf(changed);
    changed.clear();
    List<Effect.Left> going = counted ? List.of() : List.copyOf(left.values());
    if (!counted)
      left.clear();
    return new Changes(coming, changes, going);
  }
}

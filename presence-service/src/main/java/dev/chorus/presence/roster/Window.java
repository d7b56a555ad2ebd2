package dev.chorus.presence.roster;

import dev.chorus.model.Presence;
import dev.chorus.model.UserId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Merges joins and leaves for a short while, so that a crowd that comes at once is one event. Who joined and left again within it is not shown at all, unless a snapshot has
 * named them meanwhile.
 */
public final class Window {
  /** Joins come before leaves: somebody may be in both. */
  public record Changes(List<Presence> joined, List<Effect.Left> left) {}

  /**
   * @param join to be shown, or null
   * @param left to be shown after the join, or null
   * @param told a snapshot has named this user already
   */
  private record Pending(Presence join, Effect.Left left, boolean told) {}

  private final long lengthMs;
  private final Map<UserId, Pending> pending = new LinkedHashMap<>();
  private long due;

  public Window(long lengthMs) {
    this.lengthMs = lengthMs;
  }

  public void add(Effect.Joined joined, long now) {
    open(now);
    UserId user = joined.presence().user();
    Pending before = pending.get(user);
    if (before == null)
      pending.put(user, new Pending(joined.presence(), null, false));
    else if (before.join == null)
      pending.remove(user);
    else
      pending.put(user, new Pending(joined.presence(), null, before.told));
  }

  public void add(Effect.Left left, long now) {
    open(now);
    Pending before = pending.get(left.user());
    if (before == null)
      pending.put(left.user(), new Pending(null, left, false));
    else if (before.told)
      pending.put(left.user(), new Pending(before.join, left, true));
    else
      pending.remove(left.user());
  }

  private void open(long now) {
    if (pending.isEmpty())
      due = now + lengthMs;
  }

  /** A snapshot of the roster goes out: it names those whose join waits here. */
  public void snapshotTaken() {
    pending.replaceAll((user, change) -> change.told || change.join == null ? change : new Pending(change.join, change.left, true));
  }

  /** When the window closes; empty when nothing waits in it. */
  public OptionalLong due() {
    return pending.isEmpty() ? OptionalLong.empty() : OptionalLong.of(due);
  }

  /** Everything that waits. */
  public Changes close() {
    return take(List.copyOf(pending.values()));
  }

  /** Only those who left: a snapshot that follows does not name them, so that whoever gets it must not be told of their leaving. */
  public Changes closeLeaves() {
    return take(pending.values().stream().filter(change -> change.left != null).toList());
  }

  private Changes take(List<Pending> changes) {
    List<Presence> joined = new ArrayList<>();
    List<Effect.Left> left = new ArrayList<>();
    for (Pending change : changes) {
      if (change.join != null)
        joined.add(change.join);
      if (change.left != null)
        left.add(change.left);
    }
    pending.values().removeAll(changes);
    return new Changes(joined, left);
  }
}

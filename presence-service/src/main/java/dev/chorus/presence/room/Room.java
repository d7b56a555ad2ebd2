package dev.chorus.presence.room;

import dev.chorus.bus.GatewayMessage.RoomEphemeral;
import dev.chorus.bus.PresenceMessage.RoomRoster;
import dev.chorus.model.NodeId;
import dev.chorus.model.Presence;
import dev.chorus.model.RoomId;
import dev.chorus.presence.roster.Effect;
import dev.chorus.presence.roster.Input;
import dev.chorus.presence.roster.Roster;
import dev.chorus.presence.roster.Version;
import dev.chorus.presence.roster.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * One room: its roster, and what of it is on its way to the watchers. Snapshots and events compose: an event that goes out after a snapshot has a higher version, and names
 * whatever changed since the snapshot.
 */
final class Room {
  /** For how long after it began a room takes users in as already shown, since its gateways come over from another owner. */
  private static final long REBUILD_MS = 5000;
  private static final long WINDOW_MS = 50;
  private final RoomId id;
  private final Roster roster;
  private final Version version = new Version();
  private final Window window = new Window(WINDOW_MS);
  private final long rebuiltAt;
  private final Consumer<RoomEphemeral> out;

  Room(RoomId id, Roster roster, long now, Consumer<RoomEphemeral> out) {
    this.id = id;
    this.roster = roster;
    this.rebuiltAt = now + REBUILD_MS;
    this.out = out;
    version.next(now);
  }

  /** Whether a gateway that this owner hears of for the first time may come over from another owner. */
  boolean isBeingRebuilt(long now) {
    return now < rebuiltAt;
  }

  /** A gateway has shown that version. */
  void shown(long shownVersion, long now) {
    version.shown(shownVersion, now);
  }

  void on(Input input, long now) {
    perform(roster.on(input, now), now);
  }

  /** Time has passed: graces and typing end, the window closes. */
  void tick(long now) {
    OptionalLong next = roster.nextTick();
    if (next.isPresent() && next.getAsLong() <= now)
      on(new Input.Tick(), now);
    OptionalLong due = window.due();
    if (due.isPresent() && due.getAsLong() <= now)
      show(window.close(), now);
  }

  private void perform(List<Effect> effects, long now) {
    List<Effect.TypingStarted> started = new ArrayList<>();
    List<Effect.TypingStopped> stopped = new ArrayList<>();
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.Joined joined -> {
          version.next(now);
          window.add(joined, now);
        }
        case Effect.Left left -> {
          version.next(now);
          window.add(left, now);
        }
        case Effect.TypingStarted typing -> started.add(typing);
        case Effect.TypingStopped typing -> stopped.add(typing);
      }
    }
    if (!stopped.isEmpty())
      out.accept(Ephemerals.stopped(id, stopped));
    if (!started.isEmpty())
      out.accept(Ephemerals.started(id, started));
  }

  private void show(Window.Changes changes, long now) {
    List<Presence> joined = changes.joined().stream().map(presence -> roster.presence(presence.user(), now).orElse(presence)).toList();
    if (!joined.isEmpty())
      out.accept(Ephemerals.joined(id, joined, version.next(now)));
    if (!changes.left().isEmpty())
      out.accept(Ephemerals.left(id, changes.left(), version.next(now)));
  }

  /** The roster as it is now. Those who left are shown to the watchers before, so that nobody hears of the leaving of somebody whom their snapshot never named. */
  RoomRoster snapshot(long now) {
    show(window.closeLeaves(), now);
    window.snapshotTaken();
    return new RoomRoster(id, version.last(), roster.participants(now), false);
  }

  /** Who is seen here, without a promise that events follow. */
  List<Presence> participants(long now) {
    return roster.participants(now);
  }

  long version() {
    return version.last();
  }

  long hash(NodeId gateway) {
    return roster.hash(gateway);
  }

  /** When {@link #tick} is due; empty when nothing waits. */
  OptionalLong nextTick() {
    OptionalLong roster = this.roster.nextTick();
    OptionalLong due = window.due();
    if (roster.isEmpty())
      return due;
    return due.isEmpty() || roster.getAsLong() < due.getAsLong() ? roster : due;
  }
}

package dev.chorus.presence.room;

import dev.chorus.bus.GatewayMessage.RoomEphemeral;
import dev.chorus.bus.PresenceMessage.ActivityChange;
import dev.chorus.bus.PresenceMessage.CursorMove;
import dev.chorus.bus.PresenceMessage.Generation;
import dev.chorus.bus.PresenceMessage.RoomRoster;
import dev.chorus.bus.PresenceMessage.Typing;
import dev.chorus.model.NodeId;
import dev.chorus.model.Presence;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.presence.activity.Activities;
import dev.chorus.presence.agenda.Agenda;
import dev.chorus.presence.cursor.Cursors;
import dev.chorus.presence.lastseen.LastSeen;
import dev.chorus.presence.roster.Effect;
import dev.chorus.presence.roster.Grace;
import dev.chorus.presence.roster.Input;
import dev.chorus.presence.roster.Roster;
import dev.chorus.presence.roster.Window;
import dev.chorus.presence.typing.Typists;
import dev.chorus.protocol.Event.UserLeave.Departed;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * One room: its roster, what its people do, and what of it is on its way to the watchers. Snapshots and events compose: a snapshot is exactly what the events up to its version
 * have told, and each event names its predecessor.
 */
final class Room {
  /** For how long after it began a room believes gateways that come over from another owner whom they show. */
  private static final long REBUILD_MS = 5000;
  private static final long WINDOW_MS = 50;
  private static final long EVENT_ARRIVES_MS = 1000;
  private final RoomId id;
  private final Roster roster;
  private final Version version = new Version();
  private final Window window = new Window(WINDOW_MS);
  private final Headcount headcount = new Headcount();
  private final Cursors cursors = new Cursors();
  private final Activities activities = new Activities();
  private final Keyboards keyboards;
  private final LastSeen lastSeen;
  private final Ephemerals out;
  private final long rebuiltAt;

  Room(RoomId id, Grace grace, LastSeen lastSeen, long now, Consumer<RoomEphemeral> out) {
    this.id = id;
    this.roster = new Roster(grace);
    this.lastSeen = lastSeen;
    this.out = new Ephemerals(id, version, version.next(now), out);
    this.keyboards = new Keyboards(new Typists(grace.typingMs()), grace.typingMs(), activities, this.out);
    this.rebuiltAt = now + REBUILD_MS;
  }

  /** Whether a gateway that comes may come over from another owner. */
  boolean isBeingRebuilt(long now) {
    return now < rebuiltAt;
  }

  /** A gateway has shown that version. */
  void shown(long shownVersion, long now) {
    version.shown(shownVersion, now);
  }

  void on(Input input, long now) {
    for (Effect effect : roster.on(input, now))
      perform(effect, now);
    if (input instanceof Input.Announced announced)
      announced.shown().stream().filter(presence -> roster.look(presence.user()).isPresent())
          .forEach(presence -> activities.told(presence.user(), presence.activity(), now));
    showDue(now);
  }

  private void perform(Effect effect, long now) {
    UserId user = effect.user();
    switch (effect) {
      case Effect.Joined joined -> {
        window.joined(user);
        lastSeen.saw(user, roster.lastSeen(user, now).orElse(now));
      }
      case Effect.Changed changed -> window.changed(user);
      case Effect.Ended ended -> {
        keyboards.ended(user, ended.connection());
        cursors.ended(user, ended.connection());
        activities.ended(user, ended.connection(), now);
      }
      case Effect.Left left -> {
        window.left(left);
        lastSeen.saw(user, left.lastSeen());
        keyboards.gone(user);
        if (roster.hides(user))
          keyboards.hides(user, now);
        cursors.gone(user);
        activities.gone(user);
      }
    }
  }

  void typing(Typing typing, long now) {
    if (!typing.on())
      keyboards.stop(typing.user(), typing.agentId());
    else if (roster.shows(typing.user(), typing.connection()))
      keyboards.start(typing, now);
  }

  void cursor(CursorMove move, long now) {
    if (roster.shows(move.user(), move.connection()))
      cursors.move(move.user(), move.connection(), move.position(), now);
  }

  void activity(ActivityChange change, long now) {
    if (roster.shows(change.user(), change.connection()))
      activities.set(change.user(), change.connection(), change.activity(), change.details(), now);
  }

  /** An agent generates here; who hides is not given away by it. */
  void answering(NodeId node, Generation generation, long now) {
    if (!roster.hides(generation.user()))
      keyboards.answering(node, generation, now);
  }

  void answered(Generation generation, long now) {
    keyboards.answered(generation, now);
  }

  Keyboards keyboards() {
    return keyboards;
  }

  /** What others may know of these users has changed. */
  void chose(Set<UserId> users, long now) {
    if (users.size() > roster.size())
      roster.shown(null).filter(users::contains).forEach(window::changed);
    else
      users.stream().filter(user -> roster.look(user).isPresent()).forEach(window::changed);
    showDue(now);
  }

  /** Time has passed: graces and typing end, the window closes, frames go out. */
  void tick(long now) {
    if (roster.nextTick() <= now)
      roster.on(new Input.Tick(), now).forEach(effect -> perform(effect, now));
    keyboards.tick(now);
    showDue(now);
  }

  private void showDue(long now) {
    if (newsDue() <= now)
      show(now);
    if (headcount.due(roster.size()) <= now)
      out.count(headcount.count(roster.size(), now), now);
    out.cursors(cursors.frame(now));
    if (activities.due() <= now)
      out.activities(activities.close(now));
  }

  private void show(long now) {
    Window.Changes changes = window.close(headcount.isCounted(roster.size()), untoldRoom(), now);
    out.joined(presences(changes.joined().stream(), now), now);
    out.changed(presences(changes.changed().stream(), now), now);
    out.left(
        changes.left().stream().map(left -> new Departed(left.user(), lastSeen.isShared(left.user()) ? left.lastSeen() : null)).toList(),
        now);
  }

  private List<Presence> presences(Stream<UserId> users, long now) {
    return users.map(user -> presence(user, now)).flatMap(Optional::stream).toList();
  }

  /** When what was announced until now has been told, so that {@link #snapshot} is cheap and the watchers are told of a crowd at once. */
  long newsDue() {
    return window.due(headcount.isCounted(roster.size()), untoldRoom());
  }

  /** How many may still be told one by one before the rest is only counted. */
  private int untoldRoom() {
    return Headcount.MAX_SHOWN - roster.size() - window.surplus();
  }

  /** Exactly what the watchers have been told; what was still on its way to them goes ahead. */
  RoomRoster snapshot(long now) {
    if (newsDue() != Agenda.NEVER)
      show(now);
    List<Presence> told = presences(roster.shown(null).filter(user -> !window.isUntold(user)), now);
    return new RoomRoster(id, version.last(), told, false, roster.size());
  }

  /** Who is seen here after that user in the order of their names, without a promise that events follow. */
  Stream<Presence> participants(UserId after, long now) {
    return roster.shown(after).map(user -> presence(user, now)).flatMap(Optional::stream);
  }

  Optional<Presence> presence(UserId user, long now) {
    return roster.look(user).map(look -> decorated(look, now));
  }

  private Presence decorated(Presence look, long now) {
    Long seen = lastSeen.isShared(look.user()) ? roster.lastSeen(look.user(), now).orElse(now) : null;
    return new Presence(look.user(), look.name(), look.status(), activities.shown(look.user()), look.devices(), seen, look.metadata());
  }

  /** Notes that those who are here were seen. */
  void sight(long now) {
    roster.shown(null).forEach(user -> roster.lastSeen(user, now).ifPresent(at -> lastSeen.saw(user, at)));
  }

  long version() {
    return version.last();
  }

  int size() {
    return roster.size();
  }

  /** Whether a gateway knows all that it should: we what it has, and it what we have told. */
  boolean agrees(NodeId gateway, long hash, Long shownVersion, long now) {
    return roster.hash(gateway) == hash && (shownVersion == null || !out.isLacking(shownVersion, now - EVENT_ARRIVES_MS));
  }

  /** When {@link #tick} is due, or {@link Agenda#NEVER}. */
  long nextTick() {
    return LongStream
        .of(roster.nextTick(), newsDue(), headcount.due(roster.size()), keyboards.due(), cursors.due(), activities.due()).min().getAsLong();
  }
}

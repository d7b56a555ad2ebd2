package dev.chorus.presence.roster;

import dev.chorus.model.Presence;
import dev.chorus.model.UserId;
import dev.chorus.presence.agenda.Agenda;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** One user in one room: the connections that are there, those that broke and may come back, and what another owner said. */
final class Person {
  /** A connection that broke, and until when its user still counts as being here. */
  private record Broken(Connection connection, long until) {}

  private record Hearsay(Presence presence, long since, long until) {}

  /** By which a user takes theirs away. */
  private static final String NO_METADATA = "{}";

  final UserId user;
  /** Whether others see this user as present. */
  boolean shown;
  private final List<Connection> here = new ArrayList<>(1);
  /** Longest broken first. */
  private List<Broken> broken = List.of();
  private Hearsay hearsay;
  private long lastSeen;

  Person(UserId user) {
    this.user = user;
  }

  /** Another owner showed this user, who was here until a moment ago at least. */
  void told(Presence presence, long now, long until) {
    hearsay = new Hearsay(presence, now, until);
    lastSeen = now;
    shown = true;
  }

  boolean isRumoured() {
    return hearsay != null;
  }

  /** Nobody will claim what we know by hearsay only: it ends so long after it was told. */
  void unclaimed(long graceMs, long now) {
    hearsay = new Hearsay(hearsay.presence, hearsay.since, Math.min(hearsay.until, hearsay.since + graceMs));
    tick(now);
  }

  /** A connection came. It ends the grace of one that broke: of itself, or else of the longest broken one of the same device, which it most likely replaces. */
  void came(Connection connection) {
    boolean wasHere = remove(connection.id());
    here.add(connection);
    if (hearsay != null && here.stream().map(one -> one.here().device()).toList().containsAll(hearsay.presence.devices()))
      hearsay = null;
    if (repaired(connection.id()) || wasHere || broken.isEmpty())
      return;
    broken.stream().filter(old -> Objects.equals(old.connection.here().device(), connection.here().device())).findFirst()
        .ifPresent(old -> broken.remove(old));
  }

  private boolean remove(String connection) {
    return here.removeIf(one -> one.id().equals(connection));
  }

  private boolean repaired(String connection) {
    return !broken.isEmpty() && broken.removeIf(old -> old.connection.id().equals(connection));
  }

  /** A connection was closed on purpose, or counted as broken and was. */
  void closed(String connection, long now) {
    if (remove(connection))
      lastSeen = now;
    repaired(connection);
  }

  void broke(Connection connection, long now, long until) {
    if (!remove(connection.id()))
      return;
    lastSeen = now;
    if (broken.isEmpty())
      broken = new ArrayList<>(1);
    broken.add(new Broken(connection, until));
  }

  boolean hasBroken(String connection) {
    return broken.stream().anyMatch(old -> old.connection.id().equals(connection));
  }

  /** Ends the graces that are over. */
  void tick(long now) {
    if (!broken.isEmpty())
      broken.removeIf(old -> old.until <= now);
    if (hearsay != null && hearsay.until <= now)
      hearsay = null;
  }

  /** When {@link #tick} is due, or {@link Agenda#NEVER}. */
  long due() {
    long until = broken.stream().mapToLong(Broken::until).min().orElse(Agenda.NEVER);
    return hearsay == null ? until : Math.min(until, hearsay.until);
  }

  /** Whether others should see this user: a connection is there and they do not hide, or one was there a short while ago. */
  boolean visible() {
    if (here.isEmpty())
      return shown && !isAbsent();
    long said = here.stream().mapToLong(one -> one.here().hiddenAt()).max().orElse(0);
    return here.stream().noneMatch(one -> one.here().hidden() && one.here().hiddenAt() == said);
  }

  boolean isAbsent() {
    return here.isEmpty() && broken.isEmpty() && hearsay == null;
  }

  boolean isConnected() {
    return !here.isEmpty();
  }

  boolean has(String connection) {
    return here.stream().anyMatch(one -> one.id().equals(connection));
  }

  long lastSeen(long now) {
    return here.isEmpty() ? lastSeen : now;
  }

  /** As others see this user, but for when: two looks are equal when nobody needs to be told of a difference. What broke counts until its grace is over, so that nothing flickers. */
  Presence look() {
    List<Connection> all = Stream.concat(broken.stream().map(Broken::connection), here.stream()).toList();
    Presence rumour = hearsay == null ? null : hearsay.presence;
    Presence.Status status = Stream.concat(all.stream().map(Connection::status), Stream.ofNullable(rumour).map(Presence::status))
        .min(Comparator.naturalOrder()).orElse(Presence.Status.ONLINE);
    List<String> devices = Stream
        .concat(all.stream().map(one -> one.here().device()), Stream.ofNullable(rumour).flatMap(said -> said.devices().stream()))
        .filter(Objects::nonNull).distinct().sorted().toList();
    String name = all.reversed().stream().map(one -> one.here().name()).filter(Objects::nonNull).findFirst()
        .orElse(rumour == null ? null : rumour.name());
    String latest = all.stream().filter(one -> one.here().metadata() != null)
        .max(Comparator.comparingLong(one -> one.here().metadataAt())).map(one -> one.here().metadata())
        .orElse(rumour == null ? null : rumour.metadata());
    String metadata = NO_METADATA.equals(latest) ? null : latest;
    return new Presence(user, name, status, null, devices, null, metadata);
  }
}

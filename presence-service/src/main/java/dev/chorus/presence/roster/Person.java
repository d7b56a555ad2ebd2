package dev.chorus.presence.roster;

import dev.chorus.model.Presence;
import dev.chorus.model.UserId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** One user in one room: the connections that are there, and those that broke and may come back. */
final class Person {
  /** A connection that broke, and until when its user still counts as being here. */
  record Broken(Connection connection, long at, long until) {}

  final UserId user;
  /** Whether others were shown this user as present. */
  boolean shown;
  private final Map<String, Connection> here = new LinkedHashMap<>();
  private final Map<String, Broken> broken = new LinkedHashMap<>();
  private long lastSeen;

  Person(UserId user) {
    this.user = user;
  }

  /** A connection came. It ends the grace of one that broke: of itself, or else of the longest broken one of the same device, which it most likely replaces. */
  void came(Connection connection) {
    boolean isNew = here.put(connection.id(), connection) == null;
    if (broken.remove(connection.id()) != null || !isNew)
      return;
    replacedBy(connection).ifPresent(old -> broken.remove(old.connection().id()));
  }

  private Optional<Broken> replacedBy(Connection connection) {
    return broken.values().stream().filter(old -> old.connection().device().equals(connection.device())).findFirst();
  }

  void closed(String connection, long now) {
    if (here.remove(connection) != null)
      lastSeen = now;
    broken.remove(connection);
  }

  void broke(String connection, long now, long until) {
    Connection gone = here.remove(connection);
    if (gone == null)
      return;
    lastSeen = now;
    broken.put(connection, new Broken(gone, now, until));
  }

  /** Ends the graces that are over. */
  void tick(long now) {
    broken.values().removeIf(old -> old.until() <= now);
  }

  /** Whether others should see this user: a connection is there and none is hidden, or one broke a short while ago. */
  boolean visible() {
    return here.isEmpty() ? shown && !broken.isEmpty() : !hidden();
  }

  private boolean hidden() {
    return here.values().stream().anyMatch(Connection::hidden);
  }

  boolean isAbsent() {
    return here.isEmpty() && broken.isEmpty();
  }

  boolean isConnected() {
    return !here.isEmpty();
  }

  Collection<Broken> broken() {
    return broken.values();
  }

  long lastSeen(long now) {
    return here.isEmpty() ? lastSeen : now;
  }

  /** As others see this user. */
  Presence presence(long now) {
    List<Connection> connections = new ArrayList<>(
        here.isEmpty() ? broken.values().stream().map(Broken::connection).toList() : here.values());
    String name = connections.reversed().stream().map(Connection::name).flatMap(Stream::ofNullable).findFirst().orElse(null);
    List<String> devices = connections.stream().map(Connection::device).distinct().sorted().toList();
    return new Presence(user, name, Presence.Status.ONLINE, null, devices, lastSeen(now));
  }
}

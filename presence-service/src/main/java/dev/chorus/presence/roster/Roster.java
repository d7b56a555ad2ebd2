package dev.chorus.presence.roster;

import dev.chorus.bus.PresenceMessage.Gone;
import dev.chorus.bus.PresenceMessage.Here;
import dev.chorus.cluster.RosterHash;
import dev.chorus.model.NodeId;
import dev.chorus.model.Presence;
import dev.chorus.model.UserId;
import dev.chorus.presence.agenda.Agenda;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who is in one room: a state machine that says what others are to see. Its guarantee: after the same inputs and enough time, those who were shown as joined and not as left are
 * exactly those who have a visible connection; nobody is shown joining twice in a row, nor leaving without having joined.
 */
public final class Roster {
  private static final Comparator<UserId> BY_NAME = Comparator.comparing(UserId::value);
  private final Grace grace;
  private final Map<String, Connection> connections = new HashMap<>();
  private final Map<NodeId, Long> hashes = new HashMap<>();
  private final NavigableMap<UserId, Person> people = new TreeMap<>(BY_NAME);
  /** When graces end. */
  private final Agenda<UserId> waiting = new Agenda<>(BY_NAME);
  /** Of whom another owner has told, and perhaps nobody else since. */
  private final Set<UserId> rumoured = new LinkedHashSet<>(0);
  private int shown;

  public Roster(Grace grace) {
    this.grace = grace;
  }

  /** Takes an input in. {@code now} is in milliseconds since the epoch. */
  public List<Effect> on(Input input, long now) {
    List<Effect> effects = new ArrayList<>();
    switch (input) {
      case Input.Announced announced -> announced(announced, now, effects);
      case Input.GatewayLost lost -> of(lost.gateway()).forEach(connection -> broke(connection, now, effects));
      case Input.AllTold all -> unclaimed(all, now, effects);
      case Input.Tick tick -> waiting.due(now).forEach(user -> change(people.get(user), person -> person.tick(now), now, effects));
    }
    return effects;
  }

  private void announced(Input.Announced announced, long now, List<Effect> effects) {
    announced.shown().forEach(presence -> told(presence, now, effects));
    Set<String> here = announced.here().stream().map(Here::connection).collect(Collectors.toSet());
    for (Gone gone : announced.gone()) {
      if (!here.contains(gone.connection()))
        ended(announced.gateway(), gone, now, effects);
    }
    if (announced.full()) {
      of(announced.gateway()).stream().filter(connection -> !here.contains(connection.id()))
          .forEach(connection -> broke(connection, now, effects));
    }
    for (Here connection : announced.here())
      came(new Connection(connection, announced.gateway()), now, effects);
  }

  /** Whoever is known here is known better than by hearsay. */
  private void told(Presence presence, long now, List<Effect> effects) {
    if (people.containsKey(presence.user()))
      return;
    Person person = new Person(presence.user());
    people.put(person.user, person);
    person.told(presence, now, now + grace.hearsayMs());
    rumoured.add(person.user);
    shown++;
    effects.add(new Effect.Joined(person.user));
    waiting.set(person.user, person.due());
  }

  /** What is left of hearsay ends at once for those who said goodbye, for others as if their connection had broken when we were told of them. */
  private void unclaimed(Input.AllTold all, long now, List<Effect> effects) {
    for (UserId user : rumoured) {
      Person person = people.get(user);
      if (person != null && person.isRumoured())
        change(person, one -> one.unclaimed(all.parted().contains(user) ? 0 : grace.leaveMs(), now), now, effects);
    }
    rumoured.removeIf(user -> !people.containsKey(user) || !people.get(user).isRumoured());
  }

  private void came(Connection connection, long now, List<Effect> effects) {
    Connection before = connections.get(connection.id());
    if (connection.equals(before))
      return;
    if (before != null && !before.user().equals(connection.user()))
      ended(before.gateway(), new Gone(before.id(), before.user(), true), now, effects);
    else if (before != null)
      count(before, -1);
    connections.put(connection.id(), connection);
    count(connection, 1);
    change(people.computeIfAbsent(connection.user(), Person::new), person -> person.came(connection), now, effects);
  }

  private void ended(NodeId gateway, Gone gone, long now, List<Effect> effects) {
    Connection connection = connections.get(gone.connection());
    if (connection == null) {
      Person person = people.get(gone.user());
      if (gone.clean() && person != null && person.hasBroken(gone.connection()))
        change(person, closing -> closing.closed(gone.connection(), now), now, effects);
    } else if (!connection.gateway().equals(gateway)) {
      return;
    } else if (gone.clean()) {
      forget(connection, effects);
      change(people.get(connection.user()), person -> person.closed(connection.id(), now), now, effects);
    } else {
      broke(connection, now, effects);
    }
  }

  private void broke(Connection connection, long now, List<Effect> effects) {
    forget(connection, effects);
    change(people.get(connection.user()), person -> person.broke(connection, now, now + grace.leaveMs()), now, effects);
  }

  private void forget(Connection connection, List<Effect> effects) {
    connections.remove(connection.id());
    count(connection, -1);
    effects.add(new Effect.Ended(connection.user(), connection.id()));
  }

  private void count(Connection connection, int sign) {
    long hash = hash(connection.gateway()) + sign * connection.here().hash();
    if (hash == RosterHash.EMPTY)
      hashes.remove(connection.gateway());
    else
      hashes.put(connection.gateway(), hash);
  }

  /** Does something to a person, and says what others are to see of it. */
  private void change(Person person, java.util.function.Consumer<Person> what, long now, List<Effect> effects) {
    Presence before = person.shown ? person.look() : null;
    what.accept(person);
    boolean visible = person.visible();
    if (visible && before == null) {
      shown++;
      effects.add(new Effect.Joined(person.user));
    } else if (!visible && before != null) {
      shown--;
      effects.add(new Effect.Left(person.user, person.lastSeen(now)));
    } else if (visible && !person.look().equals(before)) {
      effects.add(new Effect.Changed(person.user));
    }
    person.shown = visible;
    waiting.set(person.user, person.due());
    if (person.isAbsent())
      people.remove(person.user);
  }

  private List<Connection> of(NodeId gateway) {
    return hashes.containsKey(gateway)
        ? connections.values().stream().filter(connection -> connection.gateway().equals(gateway)).toList()
        : List.of();
  }

  /** Whether others may see what that user does through that connection; null for one who needs none, and then need not be here, only not hide. */
  public boolean shows(UserId user, String connection) {
    Person person = people.get(user);
    if (person == null)
      return connection == null;
    return person.shown && person.isConnected() && (connection == null || person.has(connection));
  }

  /** Whether that user is here without others seeing them. */
  public boolean hides(UserId user) {
    Person person = people.get(user);
    return person != null && !person.shown;
  }

  /** Those whom others see, after that user in the order of their names, from the beginning for null. */
  public Stream<UserId> shown(UserId after) {
    return (after == null ? people : people.tailMap(after, false)).values().stream().filter(person -> person.shown)
        .map(person -> person.user);
  }

  /** One user as others see them, but for when they were seen; empty when they do not. */
  public Optional<Presence> look(UserId user) {
    return Optional.ofNullable(people.get(user)).filter(person -> person.shown).map(Person::look);
  }

  /** When a user was here last whom others see; empty when they do not. Who is connected is seen now. */
  public OptionalLong lastSeen(UserId user, long now) {
    Person person = people.get(user);
    return person == null || !person.shown ? OptionalLong.empty() : OptionalLong.of(person.lastSeen(now));
  }

  /** How many others see. */
  public int size() {
    return shown;
  }

  /** The {@link RosterHash} of what that gateway has here. */
  public long hash(NodeId gateway) {
    return hashes.getOrDefault(gateway, RosterHash.EMPTY);
  }

  /** When the next {@link Input.Tick} is due, or {@link Agenda#NEVER}. */
  public long nextTick() {
    return waiting.next();
  }
}

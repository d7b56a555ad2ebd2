package dev.chorus.presence.roster;

import dev.chorus.cluster.RosterHash;
import dev.chorus.model.NodeId;
import dev.chorus.model.Presence;
import dev.chorus.model.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Who is in one room, and who types there: a state machine that says what others are to see. Its guarantee: after the same inputs and enough time, those who were shown as
 * joined and not as left are exactly those who have a visible connection; nobody is shown joining twice in a row, nor leaving without having joined.
 */
public final class Roster {
  private final Grace grace;
  private final Map<String, Connection> connections = new HashMap<>();
  private final Map<NodeId, Long> hashes = new HashMap<>();
  private final Map<UserId, Person> people = new TreeMap<>((a, b) -> a.value().compareTo(b.value()));
  /** Users with a broken connection. */
  private final Set<UserId> waiting = new LinkedHashSet<>();
  private final Typists typists = new Typists();

  public Roster(Grace grace) {
    this.grace = grace;
  }

  /** Takes an input in. {@code now} is in milliseconds since the epoch. */
  public List<Effect> on(Input input, long now) {
    List<Effect> effects = new ArrayList<>();
    switch (input) {
      case Input.Announced announced -> announced(announced, now, effects);
      case Input.GatewayLost lost -> of(lost.gateway()).forEach(connection -> broke(connection, now, effects));
      case Input.Typing typing -> typing(typing, now, effects);
      case Input.Tick tick -> tick(now, effects);
    }
    return effects;
  }

  private void announced(Input.Announced announced, long now, List<Effect> effects) {
    Set<String> here = announced.here().stream().map(Connection::id).collect(Collectors.toSet());
    for (Input.Ended ended : announced.gone()) {
      if (!here.contains(ended.connection()))
        ended(announced.gateway(), ended, now, effects);
    }
    if (announced.full()) {
      of(announced.gateway()).stream().filter(connection -> !here.contains(connection.id()))
          .forEach(connection -> broke(connection, now, effects));
    }
    for (Connection connection : announced.here())
      came(connection, announced.alreadyShown(), now, effects);
  }

  private void came(Connection connection, boolean alreadyShown, long now, List<Effect> effects) {
    Connection before = connections.get(connection.id());
    if (connection.equals(before))
      return;
    if (before != null && !before.user().equals(connection.user()))
      ended(before.gateway(), new Input.Ended(before.id(), true), now, effects);
    else if (before != null)
      count(before, -1);
    connections.put(connection.id(), connection);
    count(connection, 1);
    Person person = people.computeIfAbsent(connection.user(), Person::new);
    person.came(connection);
    if (alreadyShown && person.visible())
      person.shown = true;
    settle(person, now, effects);
  }

  private void ended(NodeId gateway, Input.Ended ended, long now, List<Effect> effects) {
    Connection connection = connections.get(ended.connection());
    if (connection == null) {
      if (ended.clean())
        closedAfterAll(ended.connection(), now, effects);
    } else if (!connection.gateway().equals(gateway)) {
      return;
    } else if (ended.clean()) {
      forget(connection, effects);
      Person person = people.get(connection.user());
      person.closed(connection.id(), now);
      settle(person, now, effects);
    } else {
      broke(connection, now, effects);
    }
  }

  /** A connection that counted as broken was closed on purpose. */
  private void closedAfterAll(String connection, long now, List<Effect> effects) {
    for (UserId user : List.copyOf(waiting)) {
      Person person = people.get(user);
      if (person.broken().stream().noneMatch(broken -> broken.connection().id().equals(connection)))
        continue;
      person.closed(connection, now);
      settle(person, now, effects);
    }
  }

  private void broke(Connection connection, long now, List<Effect> effects) {
    forget(connection, effects);
    Person person = people.get(connection.user());
    person.broke(connection.id(), now, now + grace.leaveMs());
    settle(person, now, effects);
  }

  private void forget(Connection connection, List<Effect> effects) {
    connections.remove(connection.id());
    count(connection, -1);
    effects.addAll(typists.ended(connection.user(), connection.id()));
  }

  private void count(Connection connection, int sign) {
    long hash = hash(connection.gateway()) + sign * RosterHash.pair(connection.id(), connection.user());
    if (hash == RosterHash.EMPTY)
      hashes.remove(connection.gateway());
    else
      hashes.put(connection.gateway(), hash);
  }

  /** Shows what has to be shown of a person whose connections changed. */
  private void settle(Person person, long now, List<Effect> effects) {
    boolean visible = person.visible();
    if (visible && !person.shown)
      effects.add(new Effect.Joined(person.presence(now)));
    if (!visible)
      effects.addAll(typists.stop(person.user));
    if (!visible && person.shown)
      effects.add(new Effect.Left(person.user, person.lastSeen(now)));
    person.shown = visible;
    if (person.broken().isEmpty())
      waiting.remove(person.user);
    else
      waiting.add(person.user);
    if (person.isAbsent())
      people.remove(person.user);
  }

  private void typing(Input.Typing typing, long now, List<Effect> effects) {
    Person person = people.get(typing.user());
    if (!typing.on()) {
      effects.addAll(typists.stop(typing.user(), typing.agentId()));
    } else if (person != null && person.shown && person.isConnected()
        && (typing.connection() == null || connections.containsKey(typing.connection()))) {
      long expiresAt = now + grace.typingMs();
      if (typists.start(typing.user(), typing.agentId(), typing.connection(), expiresAt)) {
        effects.add(new Effect.TypingStarted(typing.user(), typing.agentId(), expiresAt));
      }
    }
  }

  private void tick(long now, List<Effect> effects) {
    effects.addAll(typists.expire(now));
    for (UserId user : List.copyOf(waiting)) {
      Person person = people.get(user);
      person.tick(now);
      settle(person, now, effects);
    }
  }

  private List<Connection> of(NodeId gateway) {
    return hashes.containsKey(gateway)
        ? connections.values().stream().filter(connection -> connection.gateway().equals(gateway)).toList()
        : List.of();
  }

  /** Those whom others see, sorted by user. */
  public List<Presence> participants(long now) {
    return people.values().stream().filter(person -> person.shown).map(person -> person.presence(now)).toList();
  }

  /** One user as others see them; empty when they do not. */
  public Optional<Presence> presence(UserId user, long now) {
    return Optional.ofNullable(people.get(user)).filter(person -> person.shown).map(person -> person.presence(now));
  }

  /** The {@link RosterHash} of what that gateway has here. */
  public long hash(NodeId gateway) {
    return hashes.getOrDefault(gateway, RosterHash.EMPTY);
  }

  /** When the next {@link Input.Tick} is due; empty when nothing waits. */
  public OptionalLong nextTick() {
    OptionalLong typing = typists.nextExpiry();
    OptionalLong leaving = waiting.stream().flatMap(user -> people.get(user).broken().stream()).mapToLong(Person.Broken::until).min();
    if (typing.isEmpty())
      return leaving;
    return leaving.isEmpty() || typing.getAsLong() < leaving.getAsLong() ? typing : leaving;
  }
}

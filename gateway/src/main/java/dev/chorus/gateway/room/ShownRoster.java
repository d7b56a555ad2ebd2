package dev.chorus.gateway.room;

import dev.chorus.bus.GatewayMessage.Item;
import dev.chorus.bus.GatewayMessage.RoomEphemeral;
import dev.chorus.bus.PresenceMessage.RoomRoster;
import dev.chorus.model.Presence;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Event.UserLeave.Departed;
import dev.chorus.protocol.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Who has been shown to this gateway's clients in one room. The owner's events and snapshots go through it, so that nobody is shown joining who is there, nor leaving who is
 * not, also when events were lost or another owner begins; and it can tell that other owner whom the clients see.
 */
final class ShownRoster {
  /** From so many people on their JSON is kept: it is given to each who joins. */
  private static final int MANY = 32;
  /** And for so long, since those who are there are seen all the time. */
  private static final long FRESH_MS = 2000;
  private final RoomId room;
  private final Map<UserId, Presence> people = new LinkedHashMap<>();
  /** That of the people, or null. */
  private byte[] json;
  /** When its people were last seen. */
  private long jsonAt;
  private long version;
  private long online;
  private boolean known;

  ShownRoster(RoomId room) {
    this.room = room;
  }

  /** What is to be shown, and whether an event before it was lost. */
  record Taken(List<RoomEphemeral> show, boolean gap) {
    private static final Taken NOTHING = new Taken(List.of(), false);
  }

  /** An event with a version. Before the first snapshot nothing is shown, since that holds it. */
  Taken take(RoomEphemeral event) {
    if (!known || event.version() <= version)
      return Taken.NOTHING;
    boolean gap = event.prev() != null && event.prev() > version;
    version = event.version();
    List<RoomEphemeral> show = switch (event.type()) {
      case "user:join", "presence:update" -> came(event);
      case "user:leave" -> left(event);
      default -> counted(event);
    };
    return new Taken(show, gap);
  }

  private List<RoomEphemeral> came(RoomEphemeral event) {
    json = null;
    List<Item> joined = new ArrayList<>(event.items().size());
    List<Item> updated = new ArrayList<>(0);
    for (Item item : event.items()) {
      Presence now = presence(item.json());
      Presence before = people.put(item.user(), now);
      if (before == null)
        joined.add(item);
      else if (!same(before, now))
        updated.add(item);
    }
    online = Math.max(online, people.size());
    return events(joined, updated, List.of());
  }

  private List<RoomEphemeral> left(RoomEphemeral event) {
    json = null;
    List<Item> left = new ArrayList<>(event.items().size());
    for (Item item : event.items()) {
      if (people.remove(item.user()) != null)
        left.add(item);
    }
    online = people.size();
    return events(List.of(), List.of(), left);
  }

  private List<RoomEphemeral> counted(RoomEphemeral event) {
    online = number(event.items().getFirst().json());
    return List.of(event);
  }

  /**
   * What the owner says that clients are to see now. Returns the differences; an answer that is older than what is shown changes nothing. The number of those who are only counted
   * is one of them when an event may have been lost: else the owner tells it when it is time, and not with each who joins.
   */
  List<RoomEphemeral> reconcile(RoomRoster snapshot) {
    if (known && snapshot.version() < version)
      return List.of();
    boolean lacked = !known || snapshot.version() > version;
    known = true;
    version = snapshot.version();
    Map<UserId, Presence> next = new LinkedHashMap<>();
    snapshot.participants().forEach(presence -> next.put(presence.user(), presence));
    List<Item> joined = new ArrayList<>();
    List<Item> updated = new ArrayList<>();
    List<Item> left = new ArrayList<>();
    next.forEach((user, presence) -> {
      Presence before = people.get(user);
      if (before == null)
        joined.add(new Item(user, Json.bytes(presence)));
      else if (!same(before, presence))
        updated.add(new Item(user, Json.bytes(presence)));
    });
    people.forEach((user, presence) -> {
      if (!next.containsKey(user))
        left.add(new Item(user, Json.bytes(new Departed(user, presence.lastSeen()))));
    });
    if (joined.size() + updated.size() + left.size() > 0 || lastSeen(next.values()) - jsonAt > FRESH_MS)
      json = null;
    people.clear();
    people.putAll(next);
    List<RoomEphemeral> show = new ArrayList<>(events(joined, updated, left));
    if (lacked && snapshot.online() > next.size() && snapshot.online() != online)
      show.add(count(snapshot.online()));
    online = snapshot.online();
    return show;
  }

  private List<RoomEphemeral> events(List<Item> joined, List<Item> updated, List<Item> left) {
    List<RoomEphemeral> events = new ArrayList<>(1);
    if (!joined.isEmpty())
      events.add(event("user:join", joined));
    if (!updated.isEmpty())
      events.add(event("presence:update", updated));
    if (!left.isEmpty())
      events.add(event("user:leave", left));
    return events;
  }

  private RoomEphemeral event(String type, List<Item> items) {
    return new RoomEphemeral(room, type, "users", items, version, version, true);
  }

  private RoomEphemeral count(long people) {
    byte[] json = Json.bytes(Map.of("online", people));
    return new RoomEphemeral(room, "presence:count", null, List.of(new Item(null, json)), version, version, true);
  }

  /** What tells a client that joins how many there are beside those that its ack names; empty when that names all. */
  List<RoomEphemeral> countBeyond() {
    return online > people.size() ? List.of(count(online)) : List.of();
  }

  /** The last visit goes on all the time while somebody is there: it alone is no change, but that it may be known, or no more, is. */
  private static boolean same(Presence a, Presence b) {
    return Objects.equals(a.name(), b.name()) && a.status() == b.status() && Objects.equals(a.activity(), b.activity())
        && Objects.equals(a.devices(), b.devices()) && Objects.equals(a.metadata(), b.metadata())
        && (a.lastSeen() == null) == (b.lastSeen() == null);
  }

  /** Nobody is here to be shown anything: the next snapshot begins anew. */
  void forget() {
    json = null;
    people.clear();
    online = 0;
    known = false;
  }

  List<Presence> people() {
    return List.copyOf(people.values());
  }

  /** The same as JSON. */
  byte[] json() {
    if (json != null)
      return json;
    byte[] now = Json.bytes(people.values());
    if (people.size() >= MANY) {
      json = now;
      jsonAt = lastSeen(people.values());
    }
    return now;
  }

  private static long lastSeen(Collection<Presence> people) {
    return people.stream().map(Presence::lastSeen).filter(Objects::nonNull).mapToLong(Long::longValue).max().orElse(0);
  }

  /** The highest version that was shown, or 0. */
  long version() {
    return version;
  }

  private static Presence presence(byte[] json) {
    try {
      return Json.MAPPER.readValue(json, Presence.class);
    } catch (IOException e) {
      throw new UncheckedIOException("an owner said what is no Presence", e);
    }
  }

  private static long number(byte[] json) {
    try {
      return Json.read(json, 0, json.length).path("online").asLong();
    } catch (IOException e) {
      throw new UncheckedIOException("an owner said what is no count", e);
    }
  }
}

package dev.chorus.gateway.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.GatewayMessage.Item;
import dev.chorus.bus.GatewayMessage.RoomEphemeral;
import dev.chorus.bus.PresenceMessage.RoomRoster;
import dev.chorus.model.Presence;
import dev.chorus.model.Presence.Status;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Event.UserLeave.Departed;
import dev.chorus.protocol.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Events that are lost, repeated and late, snapshots between them, and clients that are slow: everybody ends with the truth, and never hears what cannot be. */
class ShownRosterProperties {
  private static final RoomId ROOM = new RoomId("lobby");
  private static final List<Status> STATUSES = List.of(Status.BUSY, Status.ONLINE, Status.AWAY, Status.OFFLINE);

  /** @param fate of the event: 0 lost, 1 repeated, 2 kept back until the next snapshot, else delivered */
  record Step(int user, int status, int fate, boolean snapshot, boolean slow) {}

  @Provide
  Arbitrary<List<Step>> histories() {
    Arbitrary<Integer> small = Arbitraries.integers().between(0, 4);
    return net.jqwik.api.Combinators.combine(small, Arbitraries.integers().between(-1, 3), Arbitraries.integers().between(0, 9),
        Arbitraries.integers().between(0, 6).map(n -> n == 0), Arbitraries.of(true, false)).as(Step::new).list().ofMaxSize(60);
  }

  @Property(tries = 500)
  void everyReaderEndsWithTheTruthAndNeverHearsWhatCannotBe(@ForAll("histories") List<Step> history) {
    Owner owner = new Owner();
    ShownRoster roster = new ShownRoster(ROOM);
    Client quick = new Client();
    Client slow = new Client();
    Missed missed = null;
    List<RoomEphemeral> late = new ArrayList<>();
    show(roster.reconcile(owner.snapshot()), quick, slow, null);
    for (Step step : history) {
      RoomEphemeral event = owner.change(new UserId("u" + step.user()), step.status());
      List<RoomEphemeral> shown = new ArrayList<>();
      if (event != null && step.fate() == 2)
        late.add(event);
      else if (event != null && step.fate() > 0)
        shown.addAll(roster.take(event).show());
      if (event != null && step.fate() == 1)
        shown.addAll(roster.take(event).show());
      if (step.snapshot()) {
        shown.addAll(roster.reconcile(owner.snapshot()));
        late.forEach(old -> shown.addAll(roster.take(old).show()));
        late.clear();
      }
      if (step.slow() && missed == null)
        missed = new Missed(ROOM);
      show(shown, quick, slow, missed);
      if (!step.slow() && missed != null) {
        missed.events().forEach(slow::hear);
        missed = null;
      }
    }
    show(roster.reconcile(owner.snapshot()), quick, slow, missed);
    if (missed != null)
      missed.events().forEach(slow::hear);
    assertThat(quick.seen).isEqualTo(owner.truth());
    assertThat(slow.seen).isEqualTo(owner.truth());
    assertThat(roster.version()).isEqualTo(owner.version);
  }

  @Property(tries = 200)
  void aLossThatSomethingFollowsIsNoticedAtOnce(@ForAll("histories") List<Step> history) {
    Owner owner = new Owner();
    ShownRoster roster = new ShownRoster(ROOM);
    roster.reconcile(owner.snapshot());
    boolean lost = false;
    for (Step step : history) {
      RoomEphemeral event = owner.change(new UserId("u" + step.user()), step.status());
      if (event == null)
        continue;
      if (step.fate() == 0) {
        lost = true;
        continue;
      }
      assertThat(roster.take(event).gap()).isEqualTo(lost);
      lost = false;
    }
  }

  private static void show(List<RoomEphemeral> events, Client quick, Client slow, Missed missed) {
    for (RoomEphemeral event : events) {
      quick.hear(event);
      if (missed == null)
        slow.hear(event);
      else
        missed.add(event, new UserId("slow"));
    }
  }

  /** Whoever owns the room: it knows the truth, and says what changes. */
  private static final class Owner {
    private final Map<UserId, Presence> people = new LinkedHashMap<>();
    private long version = 7;

    /** @param status -1: gone; null when nothing changes by it */
    RoomEphemeral change(UserId user, int status) {
      long prev = version;
      Presence before = people.get(user);
      if (status < 0) {
        if (people.remove(user) == null)
          return null;
        version += 2;
        return event("user:leave", new Item(user, Json.bytes(new Departed(user, 5L))), prev);
      }
      Presence now = new Presence(user, null, STATUSES.get(status), null, List.of("desktop"), version, "{\"n\":1}");
      if (before != null && before.status() == now.status())
        return null;
      people.put(user, now);
      version += 2;
      return event(before == null ? "user:join" : "presence:update", new Item(user, Json.bytes(now)), prev);
    }

    private RoomEphemeral event(String type, Item item, long prev) {
      return new RoomEphemeral(ROOM, type, "users", List.of(item), version, prev, true);
    }

    RoomRoster snapshot() {
      return new RoomRoster(ROOM, version, List.copyOf(people.values()), false);
    }

    Map<String, String> truth() {
      Map<String, String> truth = new TreeMap<>();
      people.forEach((user, presence) -> truth.put(user.value(), presence.status().name()));
      return truth;
    }
  }

  /** A client that trusts what it hears, and complains of what cannot be. */
  private static final class Client {
    private final Map<String, String> seen = new TreeMap<>();

    void hear(RoomEphemeral event) {
      for (Item item : event.items()) {
        String user = item.user().value();
        switch (event.type()) {
          case "user:join" -> assertThat(seen.put(user, status(item))).as("joined while there").isNull();
          case "presence:update" -> assertThat(seen.put(user, status(item))).as("updated while away").isNotNull();
          default -> assertThat(seen.remove(user)).as("left while away").isNotNull();
        }
      }
    }

    private static String status(Item item) {
      try {
        return Json.read(item.json(), 0, item.json().length).path("status").asText();
      } catch (java.io.IOException e) {
        throw new AssertionError(e);
      }
    }
  }
}

package dev.chorus.presence.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.GatewayMessage.RoomEphemeral;
import dev.chorus.bus.PresenceMessage.Announce;
import dev.chorus.bus.PresenceMessage.Gone;
import dev.chorus.bus.PresenceMessage.Here;
import dev.chorus.bus.PresenceMessage.RoomPresence;
import dev.chorus.bus.PresenceMessage.RoomRoster;
import dev.chorus.cluster.MemberState;
import dev.chorus.cluster.MemberTable;
import dev.chorus.cluster.Role;
import dev.chorus.model.NodeId;
import dev.chorus.model.UserId;
import dev.chorus.presence.agenda.Agenda;
import dev.chorus.presence.roster.Grace;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A room that fills and empties around the number above which coming and going is only counted. */
class CrowdProperties {
  private static final NodeId SELF = new NodeId("p1");
  private static final NodeId WATCHER = new NodeId("watcher");
  private static final NodeId CROWD = new NodeId("crowd");
  private final Set<UserId> seen = new HashSet<>();
  private final Set<String> truth = new HashSet<>();
  private final List<Long> counts = new ArrayList<>();
  private MemberTable cluster;
  private Rooms rooms;
  private long now;
  private int size;

  @Property(tries = 40)
  void whoWatchesFromTheBeginningIsNeverToldTwiceAndInTheEndKnowsEverybodyOrHowManyThereAre(@ForAll long seed) {
    begin();
    Random random = new Random(seed);
    for (int step = 0; step < 60; step++) {
      move(random.nextBoolean(), 1 + random.nextInt(random.nextInt(4) == 0 ? 150 : 5), random);
      pass(random.nextInt(400));
    }
    pass(2000);
    assertThat(size).isEqualTo(truth.size());
    if (truth.size() > Headcount.MAX_SHOWN) {
      assertThat(seen.size()).isLessThanOrEqualTo(Headcount.MAX_SHOWN);
      move(false, truth.size() - Headcount.MAX_SHOWN, random);
      pass(2000);
    }
    assertThat(seen).extracting(UserId::value).containsExactlyInAnyOrderElementsOf(truth);
    for (int i = 1; i < counts.size(); i++)
      assertThat(counts.get(i) - counts.get(i - 1)).as("between two counts").isGreaterThanOrEqualTo(1000);
    assertThat(rooms.nextTick()).isEqualTo(Agenda.NEVER);
  }

  private void begin() {
    seen.clear();
    truth.clear();
    counts.clear();
    now = 1_000_000;
    cluster = new MemberTable(SELF, Set.of(Role.PRESENCE));
    cluster.says(SELF, MemberState.SERVING);
    cluster.joined(WATCHER, Set.of(Role.GATEWAY));
    cluster.joined(CROWD, Set.of(Role.GATEWAY));
    rooms = new Rooms(cluster, new Grace(5000, 3000), World.SHARED, (event, to) -> {
      if (to.contains(WATCHER))
        see(event);
    });
    announce(WATCHER, true, List.of(), List.of());
    announce(CROWD, true, List.of(), List.of());
  }

  private void see(RoomEphemeral event) {
    switch (event.type()) {
      case "user:join" -> event.items().forEach(item -> assertThat(seen.add(item.user())).as("joins once").isTrue());
      case "user:leave" -> event.items().forEach(item -> assertThat(seen.remove(item.user())).as("leaves having been here").isTrue());
      case "presence:count" -> counts.add(now);
      default -> assertThat(seen).containsAll(event.items().stream().map(item -> item.user()).toList());
    }
  }

  private void move(boolean in, int count, Random random) {
    List<Here> here = new ArrayList<>();
    List<Gone> gone = new ArrayList<>();
    List<String> present = new ArrayList<>(truth);
    for (int i = 0; i < count; i++) {
      if (in) {
        String user = "u" + random.nextInt(400);
        if (truth.add(user))
          here.add(new Here("c-" + user, new UserId(user), null, "desktop", false));
      } else if (!present.isEmpty()) {
        String user = present.remove(random.nextInt(present.size()));
        truth.remove(user);
        gone.add(new Gone("c-" + user, new UserId(user), true));
      }
    }
    size = announce(CROWD, false, here, gone).online();
  }

  private RoomRoster announce(NodeId gateway, boolean full, List<Here> here, List<Gone> gone) {
    Announce request = new Announce(gateway, List.of(new RoomPresence(World.ROOM, 0, full, true, here, gone)));
    now = Math.max(now, rooms.announce(request, now));
    return rooms.answer(request, now).getFirst();
  }

  private void pass(long ms) {
    long until = now + ms;
    while (rooms.nextTick() <= until) {
      now = Math.max(now, rooms.nextTick());
      rooms.tick(now);
    }
    now = until;
  }
}

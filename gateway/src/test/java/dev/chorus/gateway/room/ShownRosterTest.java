package dev.chorus.gateway.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.GatewayMessage.Item;
import dev.chorus.bus.GatewayMessage.RoomEphemeral;
import dev.chorus.bus.PresenceMessage.RoomRoster;
import dev.chorus.model.Presence;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A room so full that coming and going is only counted. */
class ShownRosterTest {
  private static final RoomId ROOM = new RoomId("hall");
  private static final List<Presence> NAMED = List.of(new Presence(new UserId("ann"), null, Presence.Status.ONLINE, null, List.of(), null));
  private final ShownRoster roster = new ShownRoster(ROOM);

  @Test
  void manyWhoJoinAreCountedWhenTheOwnerSaysSoAndNotOneByOne() {
    roster.reconcile(snapshot(10, 300));
    assertThat(roster.reconcile(snapshot(10, 301))).isEmpty();
    assertThat(roster.reconcile(snapshot(10, 302))).isEmpty();
    assertThat(text(roster.countBeyond())).as("told to those who join").containsExactly("presence:count {\"online\":302}");
    RoomEphemeral count = new RoomEphemeral(ROOM, "presence:count", null,
        List.of(new Item(null, "{\"online\":302}".getBytes(StandardCharsets.UTF_8))), 11L, 10L, true);
    assertThat(text(roster.take(count).show())).containsExactly("presence:count {\"online\":302}");
  }

  @Test
  void aCountThatWasLostIsMadeGood() {
    roster.reconcile(snapshot(10, 300));
    assertThat(text(roster.reconcile(snapshot(12, 310)))).containsExactly("presence:count {\"online\":310}");
    assertThat(roster.reconcile(snapshot(12, 310))).isEmpty();
  }

  private static RoomRoster snapshot(long version, int online) {
    return new RoomRoster(ROOM, version, NAMED, false, online);
  }

  private static List<String> text(List<RoomEphemeral> events) {
    return events.stream().map(event -> event.type() + " " + new String(event.items().getFirst().json(), StandardCharsets.UTF_8)).toList();
  }
}

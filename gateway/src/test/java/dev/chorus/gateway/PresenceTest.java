package dev.chorus.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.bus.GatewayMessage.Item;
import dev.chorus.bus.PresenceMessage.Gone;
import dev.chorus.gateway.httpkit.Until;
import dev.chorus.gateway.socketkit.TestClient;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is where and who types, between clients and the owner of the roster. */
final class PresenceTest {
  private static final RoomId LOBBY = new RoomId("lobby");
  private TestGateway gateway = TestGateway.start();

  @AfterEach
  void stop() {
    gateway.close();
  }

  private void restartImpatient() {
    gateway.close();
    gateway = TestGateway.impatient();
  }

  private List<Gone> gone() {
    return gateway.get(() -> List.copyOf(gateway.presence.gone));
  }

  @Test
  void aJoinIsAnsweredWithWhoIsThereAndOthersHearOfIt() {
    TestClient ann = gateway.connect("ann");
    ann.join("lobby");
    TestClient ben = gateway.connect("ben");
    JsonNode joined = ben.join("lobby");
    assertThat(joined.path("participants").findValuesAsText("user")).containsExactly("ann", "ben");
    assertThat(joined.path("version").asLong()).isPositive();
    JsonNode event = ann.await(frame -> frame.path("type").asText().equals("user:join") && frame.findValuesAsText("user").contains("ben"));
    assertThat(event.path("room").asText()).isEqualTo("lobby");
    assertThat(event.path("data").path("version").asLong()).isLessThanOrEqualTo(joined.path("version").asLong());
    assertThat(ben.rest("user:join")).as("told by the ack").isEmpty();
    assertThat(ann.ask("presence:list", "lobby", "{}").path("participants")).hasSize(2);
  }

  @Test
  void aJoinDoesNotWaitForPresenceLongerThanHalfASecondAndTheParticipantsFollow() {
    restartImpatient();
    Promise<Void> gate = Promise.promise();
    gateway.does(() -> gateway.presence.gate = gate);
    TestClient ann = gateway.connect("ann");
    JsonNode joined = ann.join("lobby");
    assertThat(joined.path("participants")).isEmpty();
    gateway.does(gate::complete);
    assertThat(ann.expect("user:join").findValuesAsText("user")).contains("ann");
  }

  @Test
  void whatIsAnsweredWhenEverybodyHasLeftAgainIsNotShownToWhoComesNext() {
    restartImpatient();
    Promise<Void> first = Promise.promise();
    Promise<Void> second = Promise.promise();
    gateway.does(() -> gateway.presence.gate = first);
    TestClient ann = gateway.connect("ann");
    ann.join("lobby");
    ann.ask("room:leave", "lobby", "{}");
    gateway.does(() -> {
      gateway.presence.gate = second;
      first.complete();
    });
    Until.holds(() -> gateway.get(() -> gateway.presence.announcements.size()) == 2);
    TestClient ben = gateway.connect("ben");
    assertThat(ben.join("lobby").path("participants").findValuesAsText("user")).doesNotContain("ann");
    gateway.does(second::complete);
    assertThat(ben.expect("user:join").findValuesAsText("user")).containsExactly("ben");
  }

  @Test
  void anOlderRosterThanWhatWasShownIsNotShown() {
    TestClient ann = gateway.connect("ann");
    long version = ann.join("lobby").path("version").asLong();
    Item zoe = new Item(new UserId("zoe"), "{\"user\":\"zoe\",\"status\":\"ONLINE\"}".getBytes(StandardCharsets.UTF_8));
    gateway.does(() -> {
      gateway.presence.show("user:join", LOBBY, zoe, version + 10, true);
      gateway.presence.show("user:leave", LOBBY, zoe, version + 5, true);
    });
    assertThat(ann.expect("user:join").path("data").path("version").asLong()).isEqualTo(version + 10);
    assertThat(ann.rest("user:leave")).isEmpty();
  }

  @Test
  void leavingAndSayingGoodbyeAreCleanAndABrokenConnectionIsNot() {
    TestClient leaves = gateway.connect("leaves");
    TestClient closes = gateway.connect("closes");
    TestClient breaks = gateway.connect("breaks");
    for (TestClient each : List.of(leaves, closes, breaks))
      each.join("lobby");
    leaves.ask("room:leave", "lobby", "{}");
    Until.holds(() -> gone().size() == 1);
    closes.close();
    Until.holds(() -> gone().size() == 2);
    breaks.breakOff();
    Until.holds(() -> gone().size() == 3);
    assertThat(gone()).extracting(one -> one.user().value() + " " + one.clean()).containsExactly("leaves true", "closes true",
        "breaks false");
    assertThat(gateway.get(() -> gateway.presence.participants(LOBBY))).isEmpty();
  }

  @Test
  void typingIsShownToOthersAndEndsWithTheMessage() {
    TestClient ann = gateway.connect("ann");
    TestClient ben = gateway.connect("ben");
    ann.join("lobby");
    ben.join("lobby");
    ann.ask("typing:start", "lobby", "{}");
    assertThat(ben.expect("typing:start").findValuesAsText("user")).containsExactly("ann");
    ann.say("lobby", "done");
    assertThat(ben.expect("typing:stop").findValuesAsText("user")).containsExactly("ann");
    ann.say("lobby", "and more");
    assertThat(ben.rest("typing:stop")).isEmpty();
    assertThat(ann.rest("typing:start")).as("not about oneself").isEmpty();
    TestClient stranger = gateway.connect("stranger");
    assertThat(stranger.call("typing:start", "lobby", "{}").path("data").path("code").asText()).isEqualTo("not_member");
    assertThat(stranger.call("presence:list", "lobby", "{}").path("data").path("code").asText()).isEqualTo("not_member");
  }

  @Test
  void anAnnouncementThatFailedIsRepeatedInFull() {
    restartImpatient();
    TestClient ann = gateway.connect("ann");
    ann.join("lobby");
    gateway.does(() -> gateway.presence.failure = Refusal.of(ErrorCode.UNAVAILABLE, "not now"));
    TestClient ben = gateway.connect("ben");
    ben.join("lobby");
    gateway.does(() -> {
      gateway.presence.failure = null;
      gateway.presence.rooms.clear();
    });
    Until.holds(() -> gateway.get(() -> gateway.presence.participants(LOBBY).size()) == 2);
    assertThat(gateway.get(() -> gateway.presence.announcements.getLast().rooms().getFirst().full())).isTrue();
  }

  @Test
  void anOwnerThatKnowsOtherwiseIsToldAgain() {
    TestClient ann = gateway.connect("ann");
    ann.join("lobby");
    gateway.does(() -> gateway.presence.rooms.clear());
    Until.holds(() -> gateway.get(() -> gateway.presence.participants(LOBBY).size()) == 1);
    assertThat(gateway.get(() -> gateway.presence.mismatches)).isEqualTo(1);
  }
}

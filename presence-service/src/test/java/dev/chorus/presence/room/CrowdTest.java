package dev.chorus.presence.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.GatewayMessage.RoomEphemeral;
import dev.chorus.bus.PresenceMessage;
import dev.chorus.bus.PresenceMessage.ActivityChange;
import dev.chorus.bus.PresenceMessage.Announce;
import dev.chorus.bus.PresenceMessage.Answering;
import dev.chorus.bus.PresenceMessage.CursorMove;
import dev.chorus.bus.PresenceMessage.Generation;
import dev.chorus.bus.PresenceMessage.Gone;
import dev.chorus.bus.PresenceMessage.Here;
import dev.chorus.bus.PresenceMessage.ListParticipants;
import dev.chorus.bus.PresenceMessage.RoomPresence;
import dev.chorus.bus.PresenceMessage.RoomRoster;
import dev.chorus.bus.PresenceMessage.Typing;
import dev.chorus.cluster.MemberState;
import dev.chorus.cluster.MemberTable;
import dev.chorus.cluster.Role;
import dev.chorus.model.Activity;
import dev.chorus.model.CursorPosition;
import dev.chorus.model.NodeId;
import dev.chorus.model.Presence;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import dev.chorus.presence.agenda.Agenda;
import dev.chorus.presence.roster.Grace;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rooms full of people, and what people and agents do in them. */
class CrowdTest {
  private static final NodeId SELF = new NodeId("p1");
  private static final NodeId G1 = new NodeId("g1");
  private static final NodeId S1 = new NodeId("s1");
  private static final RoomId ROOM = new RoomId("room");
  private static final UserId ANN = new UserId("ann");
  private static final Generation ANSWER = new Generation(ROOM, new StreamId("s"), ANN, "helper");
  private final List<RoomEphemeral> sent = new ArrayList<>();
  private final MemberTable cluster = new MemberTable(SELF, Set.of(Role.PRESENCE));
  private final Rooms rooms = new Rooms(cluster, new Grace(5000, 3000), World.SHARED, (event, to) -> sent.add(event));

  CrowdTest() {
    cluster.says(SELF, MemberState.SERVING);
    cluster.joined(G1, Set.of(Role.GATEWAY));
    cluster.joined(S1, Set.of(Role.STREAMING));
  }

  @Test
  void upToTwoHundredAreToldByNameAndMoreAreCountedAtMostOnceASecond() {
    join(1000, people(0, 150));
    RoomRoster crowd = join(2000, people(150, 200));
    assertThat(crowd.participants()).hasSize(200);
    assertThat(crowd.online()).isEqualTo(350);
    assertThat(types()).containsExactly("user:join", "user:join", "presence:count");
    assertThat(text(sent.getLast())).isEqualTo("{\"online\":350}");
    join(2100, people(350, 1));
    leave(2200, "u7");
    join(2300, people(351, 1));
    rooms.tick(2999);
    assertThat(sent).hasSize(3);
    rooms.tick(3000);
    assertThat(sent).hasSize(4);
    assertThat(text(sent.getLast())).isEqualTo("{\"online\":351}");
    assertThat(sent.getLast().prev()).isEqualTo(sent.get(2).version());
    assertThat(rooms.nextTick()).isEqualTo(Agenda.NEVER);
  }

  @Test
  void whenTheCrowdHasGoneTheDifferenceOfWhatWasToldAndWhatIsIsTold() {
    join(1000, people(0, 200));
    join(2000, people(200, 100));
    sent.clear();
    leave(3000, IntStream.range(0, 150).mapToObj(i -> "u" + i).toArray(String[]::new));
    assertThat(types()).containsExactly("user:join", "user:leave");
    assertThat(sent.get(0).items()).hasSize(100).first().returns(new UserId("u200"), item -> item.user());
    assertThat(sent.get(1).items()).hasSize(150);
  }

  @Test
  void changesOfThoseWhomEverybodyKnowsAreShownInACrowdAndPagesShowAll() {
    join(1000, people(0, 200));
    join(2000, people(200, 300));
    sent.clear();
    Here known = new Here("c5", new UserId("u5"), null, "desktop", false, 0, Presence.Status.BUSY, null, 0);
    Here unknown = new Here("c300", new UserId("u300"), null, "desktop", false, 0, Presence.Status.BUSY, null, 0);
    join(3000, Stream.of(known, unknown));
    assertThat(types()).containsExactly("presence:update");
    assertThat(sent.getFirst().items()).extracting(item -> item.user().value()).containsExactly("u5");
    List<UserId> all = new ArrayList<>();
    String cursor = null;
    do {
      PresenceMessage.Roster page = rooms.participants(new ListParticipants(ROOM, cursor, 120), 3000);
      page.participants().forEach(presence -> all.add(presence.user()));
      assertThat(page.online()).isEqualTo(500);
      cursor = page.cursor();
    } while (cursor != null);
    assertThat(all).hasSize(500).doesNotHaveDuplicates().isSortedAccordingTo((a, b) -> a.value().compareTo(b.value()));
  }

  @Test
  void aThousandCursorsAreAHundredInAFrameAndOneFrameInATenthOfASecond() {
    join(1000, people(0, 1000));
    sent.clear();
    rooms.cursors(IntStream.range(0, 1000).mapToObj(i -> move("u" + i, "c" + i, i)).toList(), 2000);
    for (int tick = 2000; tick < 3000; tick += 10)
      rooms.tick(tick);
    List<RoomEphemeral> frames = sent.stream().filter(event -> event.type().equals("cursor:update")).toList();
    assertThat(frames).hasSizeLessThanOrEqualTo(11).allSatisfy(frame -> assertThat(frame.items()).hasSizeLessThanOrEqualTo(100));
    assertThat(frames.stream().mapToInt(frame -> frame.items().size()).sum()).isEqualTo(1000);
    assertThat(rooms.nextTick()).isEqualTo(Agenda.NEVER);
  }

  @Test
  void whoIsNotVisiblyThereHasNoCursorNoTypingAndNoActivity() {
    join(1000, Stream.of(new Here("a1", ANN, null, "desktop", true, 1, Presence.Status.ONLINE, null, 0)));
    act("a1");
    join(1100, Stream.of(new Here("b1", new UserId("bob"), null, "desktop", false)));
    sent.clear();
    rooms.cursors(List.of(move("bob", "another", 1), move("eve", "e1", 1)), 2000);
    rooms.answering(new Answering(S1, List.of(ANSWER), List.of()), 2000);
    rooms.tick(5000);
    assertThat(sent).isEmpty();
  }

  @Test
  void hidingTakesAlongWhatOthersSaw() {
    join(1000, Stream.of(new Here("a1", ANN, null, "desktop", false)));
    act("a1");
    sent.clear();
    join(2500, Stream.of(new Here("a1", ANN, null, "desktop", true, 9, Presence.Status.ONLINE, null, 0)));
    assertThat(types()).containsExactly("typing:stop", "user:leave", "cursor:update");
    assertThat(text(sent.getLast())).isEqualTo("{\"user\":\"ann\",\"gone\":true}");
    rooms.tick(9000);
    assertThat(sent).hasSize(3);
  }

  @Test
  void whoHidesWhileAnAgentAnswersThemIsNotGivenAwayByItAndIsShownThinkingAgainLater() {
    join(1000, Stream.of(new Here("a1", ANN, null, "desktop", false)));
    rooms.answering(new Answering(S1, List.of(ANSWER), List.of()), 2000);
    rooms.tick(2500);
    sent.clear();
    join(3000, Stream.of(new Here("a1", ANN, null, "desktop", true, 9, Presence.Status.ONLINE, null, 0)));
    assertThat(types()).containsExactlyInAnyOrder("typing:stop", "user:leave");
    rooms.answering(new Answering(S1, List.of(ANSWER), List.of()), 4000);
    rooms.tick(5000);
    assertThat(sent).hasSize(2);
    assertThat(rooms.typists(ROOM, 5000).users()).isEmpty();
    join(6000, Stream.of(new Here("a1", ANN, null, "desktop", false, 10, Presence.Status.ONLINE, null, 0)));
    rooms.answering(new Answering(S1, List.of(ANSWER), List.of()), 6000);
    assertThat(types()).endsWith("user:join", "typing:start");
  }

  @Test
  void anAgentTypesAndItsUserThinksWhileItGenerates() {
    join(1000, Stream.of(new Here("a1", ANN, null, "desktop", false)));
    sent.clear();
    rooms.answering(new Answering(S1, List.of(ANSWER), List.of()), 2000);
    assertThat(sent).extracting(CrowdTest::text).containsExactly("{\"user\":\"ann\",\"agentId\":\"helper\",\"expiresAt\":5000}");
    rooms.tick(2500);
    assertThat(text(sent.getLast())).startsWith("{\"user\":\"ann\",\"activity\":\"THINKING\",\"details\":{\"agentId\":\"helper\"");
    assertThat(rooms.participants(new ListParticipants(ROOM, null, 10), 2500).participants()).extracting(Presence::activity)
        .containsExactly("THINKING");
    rooms.answering(new Answering(S1, List.of(ANSWER), List.of()), 4000);
    rooms.tick(4000);
    assertThat(text(sent.getLast())).isEqualTo("{\"user\":\"ann\",\"agentId\":\"helper\",\"expiresAt\":7000}");
    assertThat(rooms.typists(ROOM, 4000).users()).hasSize(1);
    sent.clear();
    rooms.answering(new Answering(S1, List.of(), List.of(ANSWER)), 4500);
    rooms.answering(new Answering(S1, List.of(ANSWER), List.of()), 4600);
    rooms.tick(5100);
    assertThat(types()).containsExactly("typing:stop", "activity:update");
    assertThat(text(sent.getLast())).contains("IDLE");
    assertThat(rooms.nextTick()).isEqualTo(Agenda.NEVER);
  }

  @Test
  void anAgentIsSilentWhenTheNodeThatRunsItDiesOrIsNotHeardOfAnyMore() {
    join(1000, Stream.of(new Here("a1", ANN, null, "desktop", false)));
    rooms.answering(new Answering(S1, List.of(ANSWER), List.of()), 2000);
    sent.clear();
    cluster.left(S1);
    rooms.clusterChanged(2100);
    assertThat(types()).containsExactly("typing:stop");
    rooms.answering(new Answering(S1, List.of(ANSWER), List.of()), 2200);
    assertThat(sent).as("a dead node's last word").hasSize(1);
    cluster.joined(S1, Set.of(Role.STREAMING));
    rooms.answering(new Answering(S1, List.of(ANSWER), List.of()), 2300);
    sent.clear();
    rooms.tick(7300);
    assertThat(types()).contains("typing:stop").doesNotContain("typing:start");
  }

  @Test
  void roomsThatNobodyWatchesCostNothing() {
    rooms.cursors(List.of(move("ann", "a1", 1)), 0);
    rooms.typing(List.of(new Typing(ROOM, ANN, null, null, true)), 0);
    rooms.answering(new Answering(S1, List.of(ANSWER), List.of()), 0);
    assertThat(rooms.size()).isZero();
    assertThat(rooms.nextTick()).isEqualTo(Agenda.NEVER);
  }

  private void act(String connection) {
    rooms.typing(List.of(new Typing(ROOM, ANN, connection, null, true)), 1500);
    rooms.cursors(List.of(move("ann", connection, 1)), 1500);
    rooms.activities(List.of(new ActivityChange(ROOM, ANN, connection, Activity.EDITING, null)), 1500);
    rooms.tick(2000);
  }

  private static CursorMove move(String user, String connection, double x) {
    return new CursorMove(ROOM, new UserId(user), connection, new CursorPosition(x, 0, null, null, null));
  }

  private static Stream<Here> people(int from, int count) {
    return IntStream.range(from, from + count).mapToObj(i -> new Here("c" + i, new UserId("u" + i), null, "desktop", false));
  }

  private RoomRoster join(long now, Stream<Here> here) {
    Announce request = new Announce(G1, List.of(new RoomPresence(ROOM, 0, rooms.size() == 0, true, here.toList(), List.of())));
    return rooms.answer(request, rooms.announce(request, now)).getFirst();
  }

  private void leave(long now, String... users) {
    List<Gone> gone = Stream.of(users).map(user -> new Gone("c" + user.substring(1), new UserId(user), true)).toList();
    rooms.announce(new Announce(G1, List.of(new RoomPresence(ROOM, 0, false, true, List.of(), gone))), now);
  }

  private List<String> types() {
    return sent.stream().map(RoomEphemeral::type).toList();
  }

  private static String text(RoomEphemeral event) {
    return new String(event.items().getFirst().json(), StandardCharsets.UTF_8);
  }
}

package dev.chorus.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chorus.bus.Addresses;
import dev.chorus.bus.Bus;
import dev.chorus.bus.BusMessage;
import dev.chorus.bus.GatewayMessage;
import dev.chorus.bus.GatewayMessage.EphemeralFanout;
import dev.chorus.bus.GatewayMessage.RoomEphemeral;
import dev.chorus.bus.NotCarriedOut;
import dev.chorus.bus.Owners;
import dev.chorus.bus.PresenceClient;
import dev.chorus.bus.PresenceMessage.ActivityChange;
import dev.chorus.bus.PresenceMessage.Announce;
import dev.chorus.bus.PresenceMessage.Announced;
import dev.chorus.bus.PresenceMessage.Answering;
import dev.chorus.bus.PresenceMessage.ChooseLastSeen;
import dev.chorus.bus.PresenceMessage.CursorMove;
import dev.chorus.bus.PresenceMessage.Digest;
import dev.chorus.bus.PresenceMessage.Generation;
import dev.chorus.bus.PresenceMessage.Gone;
import dev.chorus.bus.PresenceMessage.Here;
import dev.chorus.bus.PresenceMessage.ListParticipants;
import dev.chorus.bus.PresenceMessage.ListTyping;
import dev.chorus.bus.PresenceMessage.RoomDigest;
import dev.chorus.bus.PresenceMessage.RoomPresence;
import dev.chorus.bus.PresenceMessage.SetActivities;
import dev.chorus.bus.PresenceMessage.SetCursors;
import dev.chorus.bus.PresenceMessage.SetTyping;
import dev.chorus.bus.PresenceMessage.Typing;
import dev.chorus.cluster.MemberState;
import dev.chorus.cluster.MemberTable;
import dev.chorus.cluster.Role;
import dev.chorus.cluster.RosterHash;
import dev.chorus.config.ConfigurationException;
import dev.chorus.config.Settings;
import dev.chorus.database.DatabaseConfig;
import dev.chorus.model.Activity;
import dev.chorus.model.CursorPosition;
import dev.chorus.model.NodeId;
import dev.chorus.model.Presence;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import dev.chorus.node.Health;
import dev.chorus.node.NodeContext;
import dev.chorus.testkit.Eventually;
import dev.chorus.testkit.TestPostgres;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The service behind a real bus, told by gateways that are no more than their addresses. */
class PresenceServiceTest {
  private static final NodeId SELF = new NodeId("p1");
  private static final RoomId ROOM = new RoomId("room");
  private static final UserId ANN = new UserId("ann");
  private static final UserId BOB = new UserId("bob");
  private static final UserId EVE = new UserId("eve");
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private final DatabaseConfig database = TestPostgres.fresh();
  private final Vertx vertx = Vertx.vertx();
  private final Bus bus = new Bus(vertx);
  private final MemberTable cluster = new MemberTable(SELF, Set.of(Role.PRESENCE));
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final PresenceService service = new PresenceService();
  private final PresenceClient client = new PresenceClient(bus, new Owners(vertx, bus, cluster));
  private final Set<NodeId> announced = new HashSet<>();
  private final Gateway g1 = new Gateway("g1");
  private final Gateway g2 = new Gateway("g2");

  private final class Gateway {
    final NodeId id;
    final List<RoomEphemeral> events = new CopyOnWriteArrayList<>();

    Gateway(String name) {
      id = new NodeId(name);
      cluster.joined(id, Set.of(Role.GATEWAY));
      bus.serve(Addresses.gateway(id), this::hear);
    }

    private Future<? extends BusMessage> hear(GatewayMessage message) {
      events.addAll(((EphemeralFanout) message).events());
      return Future.succeededFuture(BusMessage.Done.DONE);
    }

    Announced announce(List<Here> here, List<Gone> gone) {
      return await(client.announce(SELF, new Announce(id, List.of(new RoomPresence(ROOM, 0, announced.add(id), true, here, gone)))));
    }

    Announced join(String connection, UserId user) {
      return announce(List.of(PresenceServiceTest.here(connection, user)), List.of());
    }

    void expect(String event) {
      Eventually.await(id + " gets " + event + ", has " + texts(), LIMIT, () -> texts().stream().anyMatch(text -> text.startsWith(event)));
    }

    List<String> texts() {
      return events.stream()
          .flatMap(event -> event.items().stream().map(item -> event.type() + new String(item.json(), StandardCharsets.UTF_8))).toList();
    }
  }

  @BeforeEach
  void start() {
    Settings settings = Settings
        .of(Map.of("CHORUS_LEAVE_GRACE_MS", "300", "CHORUS_TYPING_TTL_MS", "200", "CHORUS_DATABASE_URL", TestPostgres.url(database)));
    service.configure(settings);
    await(service.start(new NodeContext(vertx, SELF, cluster, bus, settings, metrics, new Health(), Clock.systemUTC())));
    cluster.says(SELF, MemberState.SERVING);
  }

  @AfterEach
  void stop() {
    await(service.drain());
    await(service.stop());
    await(vertx.close());
  }

  @Test
  void joiningTypingAndLeavingAreSeenByEveryWatchingGateway() {
    g1.join("a1", ANN);
    Announced answer = g2.join("b1", BOB);
    assertThat(answer.rosters().getFirst().participants()).extracting(Presence::name).containsExactly("Name of ann", "Name of bob");
    g1.expect("user:join{\"user\":\"bob\"");
    client.typing(SELF, new SetTyping(List.of(new Typing(ROOM, BOB, "b1", null, true))));
    g1.expect("typing:start{\"user\":\"bob\",\"expiresAt\":");
    g1.expect("typing:stop{\"user\":\"bob\"}");
    g2.announce(List.of(), List.of(new Gone("b1", BOB, true)));
    g1.expect("user:leave{\"user\":\"bob\"");
    assertThat(metrics.get("chorus.presence.rooms").gauge().value()).isEqualTo(1);
    assertThat(metrics.get("chorus.presence.events").counter().count()).isPositive();
  }

  @Test
  void whatASnapshotContainsArrivesBeforeItAndWhatIsNewerAfterIt() {
    NodeId g3 = new NodeId("g3");
    cluster.joined(g3, Set.of(Role.GATEWAY));
    List<String> kinds = new CopyOnWriteArrayList<>();
    List<Long> versions = new CopyOnWriteArrayList<>();
    Promise<Void> done = Promise.promise();
    vertx.getOrCreateContext().runOnContext(turn -> bus.serve(Addresses.gateway(g3), message -> {
      ((EphemeralFanout) message).events().forEach(event -> {
        kinds.add(event.type());
        versions.add(event.version());
      });
      return Future.succeededFuture(BusMessage.Done.DONE);
    }).onSuccess(serving -> comeAndGo(g3, 0, kinds, versions, done)));
    await(done.future());
    assertThat(versions).isSorted();
    assertThat(kinds).startsWith("user:join", "snapshot", "user:leave", "snapshot", "user:join", "snapshot", "user:leave", "snapshot");
  }

  /** Somebody joins, is seen, and leaves cleanly, again and again. */
  private void comeAndGo(NodeId gateway, int round, List<String> kinds, List<Long> versions, Promise<Void> done) {
    if (round == 4) {
      done.complete();
      return;
    }
    boolean comes = round % 2 == 0;
    RoomPresence presence = new RoomPresence(ROOM, 0, round == 0, true,
        comes ? List.of(new Here("c" + round, ANN, null, "desktop", false)) : List.of(),
        comes ? List.of() : List.of(new Gone("c" + (round - 1), ANN, true)));
    client.announce(SELF, new Announce(gateway, List.of(presence))).onComplete(answer -> {
      kinds.add("snapshot");
      versions.add(answer.result().rosters().getFirst().version());
      vertx.setTimer(comes ? 150 : 1, later -> comeAndGo(gateway, round + 1, kinds, versions, done));
    });
  }

  @Test
  void usersOfAGatewayThatDiesLeaveAfterTheGraceByTheServiceItself() {
    g1.join("a1", ANN);
    g2.join("b1", BOB);
    g2.expect("user:join{\"user\":\"bob\"");
    cluster.left(g1.id);
    g2.expect("user:leave{\"user\":\"ann\"");
    assertThat(await(client.participants(new ListParticipants(ROOM, null, 10))).participants()).extracting(Presence::user)
        .containsExactly(BOB);
  }

  @Test
  void aDigestAsksForWhatIsMissing() {
    g1.join("a1", ANN);
    Digest right = new Digest(g1.id, List.of(new RoomDigest(ROOM, here("a1", ANN).hash())));
    assertThat(await(client.digest(SELF, right)).rooms()).isEmpty();
    assertThat(await(client.digest(SELF, new Digest(g1.id, List.of(new RoomDigest(ROOM, RosterHash.EMPTY))))).rooms())
        .containsExactly(ROOM);
  }

  @Test
  void whoKeepsLastSeenToThemselvesIsNeverShownWithItAndStaysSoForTheNextOwner() {
    g1.join("a1", ANN);
    Eventually.await("it is shared by default", LIMIT,
        () -> await(client.participants(new ListParticipants(ROOM, null, 10))).participants().getFirst().lastSeen() != null);
    await(client.chooseLastSeen(new ChooseLastSeen(ANN, false)));
    g1.expect("presence:update{\"user\":\"ann\",\"name\":\"Name of ann\",\"status\":\"ONLINE\",\"devices\":[\"desktop\"]}");
    g2.join("b1", BOB);
    g1.announce(List.of(), List.of(new Gone("a1", ANN, true)));
    g2.expect("user:leave{\"user\":\"ann\"}");
    await(service.stop());
    PresenceService next = new PresenceService();
    Settings settings = Settings.of(Map.of("CHORUS_DATABASE_URL", TestPostgres.url(database)));
    await(next.start(new NodeContext(vertx, SELF, cluster, bus, settings, new SimpleMeterRegistry(), new Health(), Clock.systemUTC())));
    announced.clear();
    g2.announce(List.of(here("b1", BOB)), List.of());
    Eventually.await("choices are read", LIMIT,
        () -> await(client.participants(new ListParticipants(ROOM, null, 10))).participants().getFirst().lastSeen() != null);
    List<Presence> named = await(client.participants(new ListParticipants(ROOM, null, 10, List.of(ANN, BOB, EVE)))).participants();
    assertThat(named).extracting(Presence::status).containsExactly(Presence.Status.OFFLINE, Presence.Status.ONLINE,
        Presence.Status.OFFLINE);
    assertThat(named).extracting(Presence::lastSeen).satisfiesExactly(ann -> assertThat(ann).isNull(), bob -> assertThat(bob).isPositive(),
        eve -> assertThat(eve).isNull());
    await(client.chooseLastSeen(new ChooseLastSeen(ANN, true)));
    assertThat(await(client.participants(new ListParticipants(ROOM, null, 10, List.of(ANN)))).participants().getFirst().lastSeen())
        .as("kept through the restart").isPositive();
    await(next.stop());
  }

  @Test
  void cursorsAndActivitiesAreShownToEveryWatchingGateway() {
    g1.join("a1", ANN);
    g2.join("b1", BOB);
    client.cursors(SELF, new SetCursors(List.of(new CursorMove(ROOM, ANN, "a1", new CursorPosition(1, 2.5, "title", null, null)))));
    g2.expect("cursor:update{\"user\":\"ann\",\"at\":");
    client.activities(SELF, new SetActivities(List.of(new ActivityChange(ROOM, ANN, "a1", Activity.EDITING, null))));
    g2.expect("activity:update{\"user\":\"ann\",\"activity\":\"EDITING\"");
    Answering answering = new Answering(SELF, List.of(new Generation(ROOM, new StreamId("s"), BOB, "helper")), List.of());
    client.answering(SELF, answering);
    g1.expect("typing:start{\"user\":\"bob\",\"agentId\":\"helper\"");
    Eventually.await("the agent types as long as it is said again", LIMIT, () -> {
      client.answering(SELF, answering);
      return await(client.typists(new ListTyping(ROOM))).users().size() == 1;
    });
  }

  @Test
  void aNodeThatIsNotTheOwnerSaysMovedAndSoItDoesToAStranger() {
    assertThatThrownBy(() -> await(client.announce(SELF, new Announce(new NodeId("stranger"), List.of()))))
        .isInstanceOf(NotCarriedOut.class);
    cluster.says(SELF, MemberState.DRAINING);
    assertThat(g1.join("a1", ANN).rosters().getFirst().moved()).isTrue();
  }

  @Test
  void wrongSettingsAreReportedByName() {
    Settings settings = Settings
        .of(Map.of("CHORUS_LEAVE_GRACE_MS", "soon", "CHORUS_TYPING_TTL_MS", "-1", "CHORUS_DATABASE_URL", TestPostgres.url(database)));
    new PresenceService().configure(settings);
    assertThatThrownBy(settings::check).isInstanceOf(ConfigurationException.class).hasMessageContaining("CHORUS_LEAVE_GRACE_MS")
        .hasMessageContaining("CHORUS_TYPING_TTL_MS");
  }

  private static Here here(String connection, UserId user) {
    return new Here(connection, user, "Name of " + user, "desktop", false);
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (java.util.concurrent.TimeoutException late) {
      throw new AssertionError("no answer", late);
    }
  }
}

package dev.chorus.presence;

import dev.chorus.bus.Addresses;
import dev.chorus.bus.BusMessage;
import dev.chorus.bus.NotCarriedOut;
import dev.chorus.bus.PresenceApi;
import dev.chorus.bus.PresenceMessage.Announce;
import dev.chorus.bus.PresenceMessage.Announced;
import dev.chorus.bus.PresenceMessage.Answering;
import dev.chorus.bus.PresenceMessage.CameOver;
import dev.chorus.bus.PresenceMessage.ChooseLastSeen;
import dev.chorus.bus.PresenceMessage.Digest;
import dev.chorus.bus.PresenceMessage.Here;
import dev.chorus.bus.PresenceMessage.LastSeenChosen;
import dev.chorus.bus.PresenceMessage.ListParticipants;
import dev.chorus.bus.PresenceMessage.ListTyping;
import dev.chorus.bus.PresenceMessage.Mismatched;
import dev.chorus.bus.PresenceMessage.Roster;
import dev.chorus.bus.PresenceMessage.SetActivities;
import dev.chorus.bus.PresenceMessage.SetCursors;
import dev.chorus.bus.PresenceMessage.SetTyping;
import dev.chorus.bus.PresenceMessage.TypingNow;
import dev.chorus.cluster.Role;
import dev.chorus.database.Database;
import dev.chorus.model.NodeId;
import dev.chorus.model.Presence;
import dev.chorus.model.UserId;
import dev.chorus.node.NodeContext;
import dev.chorus.presence.agenda.Agenda;
import dev.chorus.presence.lastseen.VisitStore;
import dev.chorus.presence.lastseen.Visits;
import dev.chorus.presence.room.Rooms;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Pool;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The shell around {@link Rooms}: the bus, one timer that runs only while something is due, the database, and the cluster's changes, all on one event-loop context. */
final class PresenceVerticle extends VerticleBase implements PresenceApi {
  private static final long VISITS_MS = 5000;
  private static final long SIGHT_MS = 60_000;
  /** A tick that comes so late shows that the node was held up; what happened meanwhile is still in its sockets. */
  private static final long HELD_UP_MS = 1000;
  private static final long HEAR_FIRST_MS = 500;
  private final NodeContext node;
  private final PresenceConfig config;
  private final Meters meters;
  private Fanout fanout;
  private Rooms rooms;
  private Pool pool;
  private VisitStore store;
  private Visits visits;
  private long armedFor = Agenda.NEVER;
  private long timer;
  private long hearsUntil;

  PresenceVerticle(NodeContext node, PresenceConfig config, Meters meters) {
    this.node = node;
    this.config = config;
    this.meters = meters;
  }

  @Override
  public Future<?> start() {
    Context own = context;
    pool = Database.pool(vertx, config.database(), PresenceConfig.SCHEMA, PresenceConfig.CONNECTIONS);
    store = new VisitStore(pool);
    visits = new Visits(store, node.clock(), users -> changed(() -> rooms.chose(users, now())));
    fanout = new Fanout(own, node.bus(), node.self(), node.clock(), meters);
    rooms = new Rooms(node.cluster(), config.grace(), visits, fanout);
    visits.tick();
    vertx.setPeriodic(VISITS_MS, timer -> {
      visits.tick();
      meters.people(rooms.people());
    });
    vertx.setPeriodic(SIGHT_MS, timer -> rooms.sight(now()));
    node.cluster().onChange(() -> own.runOnContext(turn -> changed(() -> rooms.clusterChanged(now()))));
    return node.bus().serve(Addresses.presence(node.self()), this::dispatch);
  }

  @Override
  public Future<?> stop() {
    rooms.sight(now());
    return visits.close().eventually(pool::close);
  }

  /**
   * A gateway that is not a member is as good as dead: nothing would ever remove what it announces. It asks again. Events that are older than the answer's snapshots leave
   * before it: the gateway takes what comes after a snapshot with a lower version for old news.
   */
  @Override
  public Future<Announced> announce(Announce request) {
    if (!isMember(request))
      return Future.failedFuture(NotCarriedOut.moved());
    List<UserId> users = request.rooms().stream().flatMap(room -> room.here().stream()).map(Here::user).distinct().toList();
    return visits.know(users).compose(known -> isMember(request) ? take(request) : Future.failedFuture(NotCarriedOut.moved()));
  }

  private boolean isMember(Announce request) {
    return node.cluster().members().contains(request.gateway());
  }

  private Future<Announced> take(Announce request) {
    long now = now();
    long ready = rooms.announce(request, now);
    settle();
    if (ready <= now)
      return Future.succeededFuture(answer(request));
    Promise<Announced> answer = Promise.promise();
    vertx.setTimer(ready - now, later -> answer.complete(answer(request)));
    return answer.future();
  }

  private Announced answer(Announce request) {
    Announced answer = new Announced(rooms.answer(request, now()));
    fanout.flush();
    settle();
    return answer;
  }

  @Override
  public Future<BusMessage.Done> cameOver(CameOver request) {
    if (!rooms.cameOver(request, now()))
      return Future.failedFuture(NotCarriedOut.moved());
    settle();
    return Future.succeededFuture(BusMessage.Done.DONE);
  }

  /** Users that are asked for by name and are not here are OFFLINE, since when the database knows. */
  @Override
  public Future<Roster> participants(ListParticipants request) {
    if (!rooms.owns(request.room()))
      return Future.failedFuture(NotCarriedOut.moved());
    Roster here = rooms.participants(request, now());
    if (request.users() == null)
      return Future.succeededFuture(here);
    Map<UserId, Presence> present = here.participants().stream()
        .collect(Collectors.toMap(Presence::user, Function.identity(), (a, b) -> a));
    List<UserId> absent = request.users().stream().filter(user -> !present.containsKey(user)).distinct().toList();
    Future<Map<UserId, VisitStore.Visit>> read = absent.isEmpty() ? Future.succeededFuture(Map.of()) : store.read(absent);
    return read.otherwise(Map.of()).map(kept -> new Roster(here.version(),
        request.users().stream().map(user -> Objects.requireNonNullElseGet(present.get(user), () -> absent(user, kept.get(user)))).toList(),
        null, here.online()));
  }

  private static Presence absent(UserId user, VisitStore.Visit visit) {
    return new Presence(user, null, Presence.Status.OFFLINE, null, List.of(), visit == null || !visit.shared() ? null : visit.lastSeen());
  }

  @Override
  public Future<BusMessage.Done> typing(SetTyping request) {
    return changed(() -> rooms.typing(request.changes(), now()));
  }

  @Override
  public Future<TypingNow> typists(ListTyping request) {
    return rooms.owns(request.room())
        ? Future.succeededFuture(rooms.typists(request.room(), now()))
        : Future.failedFuture(NotCarriedOut.moved());
  }

  @Override
  public Future<BusMessage.Done> cursors(SetCursors request) {
    return changed(() -> rooms.cursors(request.moves(), now()));
  }

  @Override
  public Future<BusMessage.Done> activities(SetActivities request) {
    return changed(() -> rooms.activities(request.changes(), now()));
  }

  @Override
  public Future<BusMessage.Done> answering(Answering request) {
    return changed(() -> rooms.answering(request, now()));
  }

  @Override
  public Future<BusMessage.Done> chooseLastSeen(ChooseLastSeen request) {
    return visits.choose(request.user(), request.everyone()).map(kept -> {
      for (NodeId other : node.cluster().ring(Role.PRESENCE).nodes()) {
        if (!other.equals(node.self()))
          node.bus().tell(Addresses.presence(other), new LastSeenChosen(request.user(), request.everyone()));
      }
      return BusMessage.Done.DONE;
    });
  }

  @Override
  public Future<BusMessage.Done> lastSeenChosen(LastSeenChosen request) {
    visits.chosen(request.user(), request.everyone());
    return Future.succeededFuture(BusMessage.Done.DONE);
  }

  @Override
  public Future<Mismatched> digest(Digest request) {
    return Future.succeededFuture(new Mismatched(rooms.mismatched(request, now())));
  }

  private Future<BusMessage.Done> changed(Runnable what) {
    what.run();
    settle();
    return Future.succeededFuture(BusMessage.Done.DONE);
  }

  /** After every change: the timer is set to what is due next. */
  private void settle() {
    meters.rooms(rooms.size());
    arm(rooms.nextTick());
  }

  private void arm(long wanted) {
    long at = Math.max(wanted, hearsUntil);
    if (wanted == Agenda.NEVER || at >= armedFor)
      return;
    if (armedFor != Agenda.NEVER)
      vertx.cancelTimer(timer);
    armedFor = at;
    timer = vertx.setTimer(Math.max(1, at - now()), fired -> tick());
  }

  /** When the node was held up, whoever's grace seems over may have come back, and we have yet to hear of it. */
  private void tick() {
    long now = now();
    boolean heldUp = now - armedFor > HELD_UP_MS;
    armedFor = Agenda.NEVER;
    if (heldUp)
      hearsUntil = now + HEAR_FIRST_MS;
    else
      rooms.tick(now);
    settle();
  }

  private long now() {
    return node.clock().millis();
  }
}

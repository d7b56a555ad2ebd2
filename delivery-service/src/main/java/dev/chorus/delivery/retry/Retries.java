package dev.chorus.delivery.retry;

import dev.chorus.bus.GatewayMessage.Redelivery;
import dev.chorus.bus.GatewayMessage.UserNotice;
import dev.chorus.delivery.figures.Figures;
import dev.chorus.delivery.query.Reads;
import dev.chorus.delivery.retry.Attempts.Beginning;
import dev.chorus.delivery.retry.Attempts.Due;
import dev.chorus.delivery.retry.Attempts.Place;
import dev.chorus.delivery.retry.Attempts.Standing;
import dev.chorus.delivery.watch.Attendance;
import dev.chorus.delivery.watch.Fanout;
import dev.chorus.model.NodeId;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Event.MessageStatus;
import dev.chorus.protocol.EventCodec;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Sends once more what recipients who ack have not acked, and gives up in the end. One wheel for all rooms of this owner. What has been done is in PostgreSQL before anybody hears
 * of it, so that the next owner goes on from there. On the service's context.
 */
public final class Retries implements Attendance.Listener {
  private static final int TICK_MS = 50;
  private static final int LOAD_PLACES = 100;
  private static final int AGAIN_MS = 1_000;
  private final Vertx vertx;
  private final Clock clock;
  private final RetryPolicy policy;
  private final Attempts attempts;
  private final Fanout fanout;
  private final Figures figures;
  private final Wheel<Place> wheel;
  private final Map<RoomId, RoomRetries> rooms = new HashMap<>();
  /** Who acks, and whose marks are not known yet, or who is so far behind that the log has to be read further for them. */
  private final Set<Place> unknown = new LinkedHashSet<>();
  private Attendance attendance;
  private boolean loading;

  public Retries(Vertx vertx, Clock clock, RetryPolicy policy, Reads reads, Fanout fanout, Figures figures) {
    this.vertx = vertx;
    this.clock = clock;
    this.policy = policy;
    this.attempts = new Attempts(reads);
    this.fanout = fanout;
    this.figures = figures;
    this.wheel = new Wheel<>(TICK_MS, clock.millis());
  }

  /** @param attendance says where somebody who acks is */
  public void start(Attendance attendance) {
    this.attendance = attendance;
    vertx.setPeriodic(TICK_MS, timer -> tick());
  }

  @Override
  public void acking(RoomId room, UserId user) {
    // What is appended from now on is seen, before the marks are read.
    rooms.computeIfAbsent(room, key -> new RoomRetries(policy, () -> ThreadLocalRandom.current().nextDouble())).comes(user);
    read(new Place(room, user));
  }

  /** Marks, or more of the log: what others ask for at the same time is read with it. */
  private void read(Place place) {
    unknown.add(place);
    if (!loading) {
      loading = true;
      vertx.runOnContext(turn -> load());
    }
  }

  @Override
  public void notAcking(RoomId room, UserId user) {
    unknown.remove(new Place(room, user));
    RoomRetries retries = rooms.get(room);
    if (retries == null)
      return;
    retries.disconnected(user);
    if (retries.isEmpty())
      rooms.remove(room);
  }

  private void load() {
    if (unknown.isEmpty()) {
      loading = false;
      return;
    }
    List<Beginning> beginnings = unknown.stream().limit(LOAD_PLACES)
        .map(place -> new Beginning(place, rooms.get(place.room()).readTo(place.user()))).toList();
    attempts.read(beginnings).onComplete(read -> {
      if (read.succeeded()) {
        beginnings.forEach(beginning -> standing(beginning, read.result()));
        load();
      } else {
        vertx.setTimer(AGAIN_MS, timer -> load());
      }
    });
  }

  private void standing(Beginning beginning, Standing standing) {
    Place place = beginning.place();
    // Who has gone meanwhile is not tried.
    if (!unknown.contains(place))
      return;
    RoomRetries retries = rooms.get(place.room());
    boolean tracked = retries.isTracked(place.user());
    // Who has gone and come back meanwhile is read for from their mark on.
    if (tracked != beginning.isFurther())
      return;
    unknown.remove(place);
    Long delivered = standing.delivered().get(place);
    if (delivered == null) {
      notAcking(place.room(), place.user());
      return;
    }
    standing.messages().getOrDefault(place.room(), List.of()).forEach(retries::known);
    List<Noted> noted = standing.noted().getOrDefault(place, List.of());
    long end = standing.ends().getOrDefault(place, Recipient.ALL);
    wake(place, tracked
        ? retries.readOn(place.user(), noted, end, clock.millis())
        : retries.connected(place.user(), delivered, noted, end, clock.millis()));
  }

  /** A message that asks for acks is in the log. */
  public void appended(RoomId room, Message message) {
    RoomRetries retries = rooms.get(room);
    if (retries != null)
      retries.appended(message).forEach((user, at) -> wake(new Place(room, user), at));
  }

  public void marked(RoomId room, UserId user, long delivered) {
    RoomRetries retries = rooms.get(room);
    if (retries != null)
      retries.marked(user, delivered);
  }

  /** The sender wants it tried again at somebody where it had FAILED. */
  public void asked(RoomId room, UserId user, Message message) {
    RoomRetries retries = rooms.get(room);
    if (retries != null)
      wake(new Place(room, user), retries.asked(user, message, clock.millis()));
  }

  public void cancelled(RoomId room, long seq) {
    RoomRetries retries = rooms.get(room);
    if (retries != null)
      retries.cancelled(seq);
  }

  /** How many times are waited for; from any thread, roughly. */
  public int waiting() {
    return wheel.size();
  }

  /** For how many who ack there is something to be read; from any thread, roughly. */
  public int unknown() {
    return unknown.size();
  }

  private void wake(Place place, long at) {
    if (at != RoomRetries.NEVER)
      wheel.add(place, at);
  }

  private void tick() {
    long now = clock.millis();
    List<Due> due = new ArrayList<>();
    Set<Place> looked = new HashSet<>();
    wheel.advance(now, place -> {
      if (!looked.add(place))
        return;
      RoomRetries retries = rooms.get(place.room());
      if (retries == null || retries.wakeAt(place.user()) > now)
        return;
      retries.look(place.user(), now).forEach(step -> due.add(new Due(place.room(), step)));
      if (retries.isToReadOn(place.user(), now))
        read(place);
      wake(place, retries.wakeAt(place.user()));
    });
    if (!due.isEmpty())
      perform(due, clock.instant());
  }

  private void perform(List<Due> due, Instant now) {
    due.sort(Comparator.comparing((Due one) -> one.room().value()).thenComparing(one -> one.step().message().seq())
        .thenComparing(one -> one.step().user().value()));
    attempts.note(due, now.atOffset(ZoneOffset.UTC)).onFailure(cause -> undo(due)).onSuccess(marks -> {
      List<Due> again = new ArrayList<>();
      List<UserNotice> failed = new ArrayList<>();
      for (int i = 0; i < due.size(); i++) {
        Due one = due.get(i);
        Long delivered = marks.get(i);
        if (delivered == null) {
          settled(one);
        } else if (delivered >= one.step().message().seq()) {
          marked(one.room(), one.step().user(), delivered);
        } else if (one.step() instanceof Step.Again step) {
          figures.retried(step.message().sender(), step.asked());
          again.add(one);
        } else {
          figures.failed(one.step().message().sender(), 1);
          failed.add(failure(one, now.toEpochMilli()));
        }
      }
      noted(due);
      fanout.users(failed);
      attempts.envelopes(again).onSuccess(envelopes -> redeliver(again, envelopes));
    });
  }

  private void noted(List<Due> due) {
    Set<Place> places = new HashSet<>();
    for (Due one : due) {
      RoomRetries retries = rooms.get(one.room());
      if (retries == null)
        continue;
      retries.noted(one.step().user(), one.step().message().seq());
      places.add(new Place(one.room(), one.step().user()));
    }
    places.forEach(place -> wake(place, rooms.get(place.room()).wakeAt(place.user())));
  }

  /** Somebody else has cancelled, dropped or given it up, or the recipient is no member any more. */
  private void settled(Due due) {
    RoomRetries retries = rooms.get(due.room());
    if (retries != null)
      retries.settled(due.step().user(), due.step().message().seq());
  }

  private void undo(List<Due> due) {
    for (Due one : due) {
      RoomRetries retries = rooms.get(one.room());
      if (retries != null)
        wake(new Place(one.room(), one.step().user()), retries.undone(one.step(), clock.millis() + AGAIN_MS));
    }
  }

  private static UserNotice failure(Due due, long at) {
    Message message = due.step().message();
    MessageStatus status = new MessageStatus(message.id(), message.seq(), due.step().user(), "FAILED", "timeout", at);
    return new UserNotice(message.sender(), EventCodec.event(status, due.room(), null));
  }

  private void redeliver(List<Due> again, Map<Integer, byte[]> envelopes) {
    Map<NodeId, List<Redelivery>> byGateway = new HashMap<>();
    envelopes.forEach((place, envelope) -> {
      Due due = again.get(place);
      Redelivery redelivery = new Redelivery(due.room(), due.step().user(), EventCodec.redelivered(envelope));
      for (NodeId gateway : attendance.acking(due.room(), due.step().user()))
        byGateway.computeIfAbsent(gateway, key -> new ArrayList<>()).add(redelivery);
    });
    byGateway.forEach(fanout::redeliver);
  }
}

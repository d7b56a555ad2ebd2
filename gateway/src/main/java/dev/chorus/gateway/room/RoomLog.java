package dev.chorus.gateway.room;

import dev.chorus.bus.DeliveryClient;
import dev.chorus.bus.DeliveryMessage.LogPage;
import dev.chorus.bus.DeliveryMessage.ReadLog;
import dev.chorus.bus.Owners;
import dev.chorus.bus.QueueMessage.ReadWaiting;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Reads of the logs of rooms. Who asks for the same while it is being read shares the answer: after an outage many come back to the same place. */
final class RoomLog {
  static final int PAGE = 200;
  private static final int LATER_FACTOR = 5;
  private final Vertx vertx;
  private final DeliveryClient delivery;
  private final Map<Place, Future<LogPage>> underWay = new HashMap<>();

  private record Place(RoomId room, long after, int limit) {}

  RoomLog(Vertx vertx, DeliveryClient delivery) {
    this.vertx = vertx;
    this.delivery = delivery;
  }

  Future<LogPage> read(RoomId room, long after, int limit) {
    Place place = new Place(room, after, limit);
    Future<LogPage> shared = underWay.get(place);
    if (shared != null)
      return shared;
    Future<LogPage> page = delivery.read(new ReadLog(room, after, limit));
    underWay.put(place, page);
    return page.onComplete(done -> underWay.remove(place));
  }

  /** What of the log a drain gives the user, with null in place of what is left out. */
  Future<LogPage> waiting(RoomId room, UserId user, long after, int limit) {
    return delivery.waiting(new ReadWaiting(room, user, after, limit))
        .map(page -> new LogPage(room, null, after, new WaitingEntries(page), page.head(), after + 1));
  }

  /**
   * Reads now or, when asked, after a pause.
   *
   * @param failed it could not be read
   */
  void read(Supplier<Future<LogPage>> ask, boolean later, Consumer<LogPage> page, Runnable failed) {
    if (later) {
      long pause = LATER_FACTOR * Owners.wait(ThreadLocalRandom.current().nextDouble());
      vertx.setTimer(pause, timer -> read(ask, false, page, failed));
    } else {
      ask.get().onSuccess(page::accept).onFailure(failure -> failed.run());
    }
  }
}

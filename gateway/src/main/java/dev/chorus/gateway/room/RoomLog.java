package dev.chorus.gateway.room;

import dev.chorus.bus.DeliveryClient;
import dev.chorus.bus.DeliveryMessage.LogPage;
import dev.chorus.bus.DeliveryMessage.ReadLog;
import dev.chorus.bus.Owners;
import dev.chorus.model.RoomId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

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

  /**
   * Reads now or, when asked, after a pause.
   *
   * @param failed it could not be read
   */
  void read(RoomId room, long after, int limit, boolean later, Consumer<LogPage> page, Runnable failed) {
    if (later) {
      long pause = LATER_FACTOR * Owners.wait(ThreadLocalRandom.current().nextDouble());
      vertx.setTimer(pause, timer -> read(room, after, limit, false, page, failed));
    } else {
      read(room, after, limit).onSuccess(page::accept).onFailure(failure -> failed.run());
    }
  }
}

package dev.chorus.gateway.http;

import dev.chorus.bus.DeliveryClient;
import dev.chorus.bus.QueueMessage.DropQueue;
import dev.chorus.bus.QueueMessage.ReadQueue;
import dev.chorus.bus.QueueMessage.WaitingQueue;
import dev.chorus.bus.QueueMessage.WaitingRoom;
import dev.chorus.model.RoomId;
import java.util.List;
import java.util.Map;

/** {@code /api/ws/queue}: what waits for the caller. */
public final class QueueResource {
  private static final String PATH = "/api/ws/queue";
  private final DeliveryClient delivery;

  public QueueResource(DeliveryClient delivery) {
    this.delivery = delivery;
  }

  public List<Route> routes() {
    return List.of(Route.of("GET", PATH, this::count), Route.of("DELETE", PATH, this::drop));
  }

  private void count(Exchange exchange) {
    delivery.queue(new ReadQueue(exchange.caller().user())).onSuccess(queue -> exchange.json(200, Queue.of(queue)))
        .onFailure(exchange::refuse);
  }

  private void drop(Exchange exchange) {
    delivery.drop(new DropQueue(exchange.caller().user())).onSuccess(done -> exchange.json(200, Map.of())).onFailure(exchange::refuse);
  }

  /** As docs/protocol.md, section 9, has it. */
  record Queue(List<Room> rooms, long total, long dropped) {
    record Room(RoomId room, long high, long normal, long low) {}

    static Queue of(WaitingQueue queue) {
      return new Queue(queue.rooms().stream().filter(Queue::waits)
          .map(room -> new Room(room.room(), room.high(), room.normal(), room.low())).toList(), queue.total(), queue.dropped());
    }

    private static boolean waits(WaitingRoom room) {
      return room.high() + room.normal() + room.low() > 0;
    }
  }
}

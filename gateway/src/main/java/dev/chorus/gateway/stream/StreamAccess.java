package dev.chorus.gateway.stream;

import dev.chorus.bus.DeliveryClient;
import dev.chorus.bus.DeliveryMessage.ReadHistory;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Principal;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import io.vertx.core.Future;

/** Who may start and see which stream: its starter, an admin, and the members of its room whose token allows it. */
public final class StreamAccess {
  private final DeliveryClient delivery;

  public StreamAccess(DeliveryClient delivery) {
    this.delivery = delivery;
  }

  /** Fails with a {@link Refusal} unless the caller may see the stream. */
  public Future<Void> see(Principal caller, UserId starter, RoomId room) {
    if (caller.admin() || caller.user().equals(starter))
      return Future.succeededFuture();
    if (room == null)
      return Future.failedFuture(Refusal.of(ErrorCode.FORBIDDEN, "This stream belongs to somebody else."));
    if (!caller.mayJoin(room))
      return Future.failedFuture(Refusal.of(ErrorCode.FORBIDDEN, "Your token does not allow the room of this stream."));
    return member(caller, room);
  }

  /** Fails with a {@link Refusal} unless the caller may start a stream in that room; null is no room. */
  public Future<Void> start(Principal caller, RoomId room) {
    return room == null
        ? Future.succeededFuture()
        : member(caller, room).recover(refused -> Future.failedFuture(Refusal.problemOf(refused).code() == ErrorCode.NOT_MEMBER
            ? Refusal.of(ErrorCode.NOT_MEMBER, "Only members of the room can start an answer in it; join it first.")
            : refused));
  }

  /** Delivery knows the members; reading one entry of the history is how it says so. */
  private Future<Void> member(Principal caller, RoomId room) {
    return delivery.history(new ReadHistory(room, caller.user(), caller.admin(), null, null, 1)).mapEmpty();
  }
}

package dev.chorus.delivery;

import dev.chorus.bus.TrackingMessage.CancelDelivery;
import dev.chorus.bus.TrackingMessage.DeliveryRecord;
import dev.chorus.bus.TrackingMessage.Mark;
import dev.chorus.bus.TrackingMessage.MarkVerdict;
import dev.chorus.bus.TrackingMessage.ReadDelivery;
import dev.chorus.bus.TrackingMessage.RetryDelivery;
import dev.chorus.delivery.figures.Figures;
import dev.chorus.delivery.log.MessageLookup;
import dev.chorus.delivery.query.Reads;
import dev.chorus.delivery.receipt.Marks;
import dev.chorus.delivery.retry.Message;
import dev.chorus.delivery.retry.Retries;
import dev.chorus.delivery.state.Deliveries;
import dev.chorus.delivery.state.Deliveries.Tracked;
import dev.chorus.delivery.state.Status;
import dev.chorus.model.Refusal;
import dev.chorus.model.UserId;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Marks and records of messages, and what their senders decide about them. */
final class Tracking {
  private final Clock clock;
  private final Marks marks;
  private final MessageLookup lookup;
  private final Deliveries deliveries;
  private final Retries retries;
  private final Figures figures;

  Tracking(Clock clock, Reads reads, Marks marks, Retries retries, Figures figures) {
    this.clock = clock;
    this.marks = marks;
    this.lookup = new MessageLookup(reads);
    this.deliveries = new Deliveries(reads);
    this.retries = retries;
    this.figures = figures;
  }

  /** Answered once, after the flush. */
  void mark(Mark mark, Consumer<MarkVerdict> answer) {
    if (mark.messageId() == null) {
      marks.offer(mark, answer);
      return;
    }
    lookup.seq(mark.room(), mark.user(), mark.messageId()).onComplete(found -> {
      if (found.succeeded())
        marks.offer(new Mark(mark.room(), mark.user(), mark.delivered(), found.result(), null, mark.metadata()), answer);
      else
        answer.accept(MarkVerdict.of(Refusal.problemOf(found.cause())));
    });
  }

  Future<DeliveryRecord> read(ReadDelivery request) {
    return deliveries.read(request.room(), request.asker(), request.admin(), request.messageId()).map(Tracking::shown);
  }

  /** What has FAILED is PENDING again: tried at once where the recipient is connected, waiting where they are not. */
  Future<DeliveryRecord> retry(RetryDelivery request) {
    return deliveries.readOwn(request.room(), request.asker(), request.admin(), request.messageId()).compose(tracked -> {
      List<UserId> failed = tracked.in(Status.FAILED);
      if (failed.isEmpty())
        return Future.succeededFuture(tracked);
      return deliveries.retry(tracked, failed, now()).compose(noted -> {
        figures.pending(tracked.sender(), noted);
        Message message = new Message(tracked.id().seq(), tracked.id().toString(), tracked.sender(), clock.millis(), Set.copyOf(failed));
        failed.forEach(user -> retries.asked(tracked.room(), user, message));
        return again(tracked, request.asker(), request.admin());
      });
    }).map(Tracking::shown);
  }

  Future<DeliveryRecord> cancel(CancelDelivery request) {
    return deliveries.readOwn(request.room(), request.asker(), request.admin(), request.messageId())
        .compose(tracked -> deliveries.cancel(tracked, now()).compose(cancelled -> {
          retries.cancelled(tracked.room(), tracked.id().seq());
          figures.cancelled(tracked.sender(), cancelled.sent(), cancelled.pending());
          return again(tracked, request.asker(), request.admin());
        })).map(Tracking::shown);
  }

  private Future<Tracked> again(Tracked tracked, UserId asker, boolean admin) {
    return deliveries.read(tracked.room(), asker, admin, tracked.id().toString());
  }

  private static DeliveryRecord shown(Tracked tracked) {
    return new DeliveryRecord(tracked.shown());
  }

  private OffsetDateTime now() {
    return clock.instant().atOffset(ZoneOffset.UTC);
  }

  /** When every mark that was taken is answered. */
  Future<Void> idle() {
    return marks.idle();
  }
}

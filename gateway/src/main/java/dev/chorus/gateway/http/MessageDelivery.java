package dev.chorus.gateway.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.chorus.bus.DeliveryClient;
import dev.chorus.bus.TrackingMessage.CancelDelivery;
import dev.chorus.bus.TrackingMessage.DeliveryRecord;
import dev.chorus.bus.TrackingMessage.ReadDelivery;
import dev.chorus.bus.TrackingMessage.ReadStatistics;
import dev.chorus.bus.TrackingMessage.RetryDelivery;
import dev.chorus.model.Principal;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Ack;
import io.vertx.core.Future;
import java.util.List;

/** {@code /api/rooms/{room}/messages/{id}/…}: what has become of one message; and the figures of all of them. */
public final class MessageDelivery {
  private static final String MESSAGE = "/api/rooms/{room}/messages/{id}";
  private final DeliveryClient delivery;

  public MessageDelivery(DeliveryClient delivery) {
    this.delivery = delivery;
  }

  public List<Route> routes() {
    return List.of(Route.of("GET", MESSAGE + "/status", exchange -> answer(exchange, read(exchange).map(DeliveryRecord::delivery))),
        Route.of("GET", MESSAGE + "/receipts",
            exchange -> answer(exchange, read(exchange).map(record -> Receipts.of(record.delivery())))),
        Route.of("POST", MESSAGE + "/retry", this::retry), Route.of("DELETE", MESSAGE + "/delivery", this::cancel),
        Route.of("GET", "/api/delivery/stats", this::statistics));
  }

  private Future<DeliveryRecord> read(Exchange exchange) {
    Principal asker = exchange.caller();
    return delivery.delivery(new ReadDelivery(exchange.room(true), asker.user(), asker.admin(), exchange.segment("id")));
  }

  private void retry(Exchange exchange) {
    Principal asker = exchange.caller();
    answer(exchange, delivery.retry(new RetryDelivery(exchange.room(true), asker.user(), asker.admin(), exchange.segment("id")))
        .map(DeliveryRecord::delivery));
  }

  private void cancel(Exchange exchange) {
    Principal asker = exchange.caller();
    answer(exchange, delivery.cancel(new CancelDelivery(exchange.room(true), asker.user(), asker.admin(), exchange.segment("id")))
        .map(DeliveryRecord::delivery));
  }

  private void statistics(Exchange exchange) {
    exchange.adminOnly();
    answer(exchange, delivery.statistics(new ReadStatistics(null)).map(answer -> answer.figures()));
  }

  private static void answer(Exchange exchange, Future<?> body) {
    body.onSuccess(value -> exchange.json(200, value)).onFailure(exchange::refuse);
  }

  /** Whom a message has reached. */
  record Receipts(String messageId, long seq, boolean readByAll, List<Receipt> receipts) {
    static Receipts of(Ack.Delivery record) {
      return new Receipts(record.messageId(), record.seq(), record.readByAll(),
          record.recipients().stream().map(Receipt::of).filter(receipt -> receipt.deliveredAt() != null).toList());
    }
  }

  /** @param readAt absent when it has not been read */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Receipt(UserId user, Long deliveredAt, Long readAt) {
    private static Receipt of(Ack.Delivery.Recipient recipient) {
      Long read = recipient.history().get("READ");
      return new Receipt(recipient.user(), recipient.history().getOrDefault("DELIVERED", read), read);
    }
  }
}

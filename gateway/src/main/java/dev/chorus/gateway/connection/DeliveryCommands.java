package dev.chorus.gateway.connection;

import dev.chorus.bus.TrackingMessage.CancelDelivery;
import dev.chorus.bus.TrackingMessage.DeliveryRecord;
import dev.chorus.bus.TrackingMessage.Mark;
import dev.chorus.bus.TrackingMessage.ReadDelivery;
import dev.chorus.bus.TrackingMessage.ReadStatistics;
import dev.chorus.bus.TrackingMessage.RetryDelivery;
import dev.chorus.bus.TrackingMessage.SetReceipts;
import dev.chorus.model.Principal;
import dev.chorus.model.RoomId;
import dev.chorus.protocol.Ack;
import dev.chorus.protocol.ClientFrame;
import io.vertx.core.Future;
import java.util.function.Supplier;

/** Marks, and what has become of messages. Whether somebody is a member, or the sender, delivery says. */
final class DeliveryCommands {
  private final Desk desk;

  DeliveryCommands(Desk desk) {
    this.desk = desk;
  }

  Future<Ack> mark(Connection connection, ClientFrame.Delivered frame) {
    return allowed(connection, frame.room(), false, () -> desk.marks()
        .move(new Mark(frame.room(), connection.principal().user(), frame.seq(), null, null, null)).map(new Ack.Empty()));
  }

  Future<Ack> mark(Connection connection, ClientFrame.Read frame) {
    return allowed(connection, frame.room(), false,
        () -> desk.marks()
            .move(new Mark(frame.room(), connection.principal().user(), null, frame.seq(), frame.messageId(), frame.metadata()))
            .map(new Ack.Empty()));
  }

  Future<Ack> status(Connection connection, ClientFrame.DeliveryStatus frame) {
    Principal asker = connection.principal();
    return allowed(connection, frame.room(), true,
        () -> record(desk.delivery().delivery(new ReadDelivery(frame.room(), asker.user(), asker.admin(), frame.messageId()))));
  }

  Future<Ack> retry(Connection connection, ClientFrame.DeliveryRetry frame) {
    Principal asker = connection.principal();
    return allowed(connection, frame.room(), true,
        () -> record(desk.delivery().retry(new RetryDelivery(frame.room(), asker.user(), asker.admin(), frame.messageId()))));
  }

  Future<Ack> cancel(Connection connection, ClientFrame.DeliveryCancel frame) {
    Principal asker = connection.principal();
    return allowed(connection, frame.room(), true,
        () -> record(desk.delivery().cancel(new CancelDelivery(frame.room(), asker.user(), asker.admin(), frame.messageId()))));
  }

  Future<Ack> statistics(Connection connection) {
    return desk.delivery().statistics(new ReadStatistics(connection.principal().user())).map(answer -> answer.figures());
  }

  Future<Ack> receipts(Connection connection, ClientFrame.ReceiptsSet frame) {
    SetReceipts set = new SetReceipts(connection.principal().user(), frame.room(), frame.enabled());
    if (frame.room() == null)
      return desk.delivery().receipts(set).map(new Ack.Empty());
    return allowed(connection, frame.room(), false, () -> desk.delivery().receipts(set).map(new Ack.Empty()));
  }

  private static Future<Ack> record(Future<DeliveryRecord> answer) {
    return answer.map(DeliveryRecord::delivery);
  }

  private static Future<Ack> allowed(Connection connection, RoomId room, boolean adminMay, Supplier<Future<Ack>> work) {
    return Commands.refusal(connection, room, adminMay).<Future<Ack>>map(problem -> Future.failedFuture(problem.refusal()))
        .orElseGet(work);
  }
}

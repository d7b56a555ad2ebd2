package dev.chorus.gateway.httpkit;

import dev.chorus.bus.BusMessage;
import dev.chorus.bus.DeliveryMessage;
import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.bus.DeliveryMessage.HistoryPage;
import dev.chorus.bus.DeliveryMessage.ListMembers;
import dev.chorus.bus.DeliveryMessage.Member;
import dev.chorus.bus.DeliveryMessage.MembersPage;
import dev.chorus.bus.DeliveryMessage.ReadHistory;
import dev.chorus.bus.DeliveryMessage.RemoveMember;
import dev.chorus.bus.DeliveryMessage.SendMessages;
import dev.chorus.bus.DeliveryMessage.SentMessages;
import dev.chorus.bus.DeliveryMessage.Verdict;
import dev.chorus.bus.QueueMessage.DropQueue;
import dev.chorus.bus.QueueMessage.ReadQueue;
import dev.chorus.bus.QueueMessage.WaitingQueue;
import dev.chorus.bus.QueueMessage.WaitingRoom;
import dev.chorus.bus.TrackingMessage.CancelDelivery;
import dev.chorus.bus.TrackingMessage.DeliveryRecord;
import dev.chorus.bus.TrackingMessage.DeliveryStatistics;
import dev.chorus.bus.TrackingMessage.ReadDelivery;
import dev.chorus.bus.TrackingMessage.ReadStatistics;
import dev.chorus.bus.TrackingMessage.RetryDelivery;
import dev.chorus.gateway.socketkit.PartialDelivery;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Ack;
import dev.chorus.protocol.Ack.Delivery.Recipient;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A delivery node for what HTTP asks of it: sends are numbered, history is what was sent. Used on one context only. */
public final class FakeDelivery implements PartialDelivery {
  public final Set<UserId> members = new HashSet<>();
  public final List<Append> sent = new ArrayList<>();
  /** Calls that change something, or that name who asks. */
  public final List<DeliveryMessage> asked = new ArrayList<>();
  /** Who is a member is judged when it is asked, and told when this is done. */
  public Future<?> judged = Future.succeededFuture();
  public int judgements;

  @Override
  public Future<SentMessages> send(SendMessages request) {
    List<Verdict> verdicts = new ArrayList<>();
    for (Append message : request.messages()) {
      if (!members.contains(message.sender())) {
        verdicts.add(Verdict.of(Problem.of(ErrorCode.NOT_MEMBER, "You are not a member of this room.")));
        continue;
      }
      sent.add(message);
      verdicts.add(Verdict.of(new Ack.Sent("m" + sent.size(), (long) sent.size(), "SENT", 5, false)));
    }
    return Future.succeededFuture(new SentMessages(verdicts));
  }

  @Override
  public Future<HistoryPage> history(ReadHistory request) {
    if (!request.admin() && !members.contains(request.user()))
      throw Refusal.of(ErrorCode.NOT_MEMBER, "You are not a member of this room.");
    judgements++;
    List<byte[]> entries = new ArrayList<>();
    for (int i = 0; i < sent.size() && i < request.limit(); i++) {
      entries.add(("{\"type\":\"message:new\",\"seq\":" + (i + 1) + "}").getBytes(StandardCharsets.UTF_8));
    }
    return judged.map(told -> new HistoryPage(entries, sent.size(), sent.size() > request.limit()));
  }

  @Override
  public Future<DeliveryRecord> delivery(ReadDelivery request) {
    return record(request.messageId());
  }

  @Override
  public Future<DeliveryRecord> retry(RetryDelivery request) {
    asked.add(request);
    return record(request.messageId());
  }

  @Override
  public Future<DeliveryRecord> cancel(CancelDelivery request) {
    asked.add(request);
    return record(request.messageId());
  }

  private static Future<DeliveryRecord> record(String messageId) {
    if (!messageId.equals("m1"))
      return Future.failedFuture(Refusal.of(ErrorCode.NOT_FOUND, "There is no such message."));
    return Future.succeededFuture(new DeliveryRecord(new Ack.Delivery("m1", new RoomId("lobby"), 1, "SENT", 4, false,
        List.of(new Recipient(new UserId("bob"), "READ", 1, null, Map.of("SENT", 5L, "READ", 9L)),
            new Recipient(new UserId("cat"), "DELIVERED", 1, null, Map.of("SENT", 5L, "DELIVERED", 7L)),
            new Recipient(new UserId("dan"), "SENT", 2, null, Map.of("SENT", 5L))))));
  }

  @Override
  public Future<DeliveryStatistics> statistics(ReadStatistics request) {
    asked.add(request);
    return Future.succeededFuture(new DeliveryStatistics(new Ack.Statistics(3, 0, 1, 1, 1, 0, 0, 0, 2.5, 1)));
  }

  @Override
  public Future<WaitingQueue> queue(ReadQueue request) {
    return Future.succeededFuture(new WaitingQueue(
        List.of(new WaitingRoom(new RoomId("lobby"), "e", 9, 2, 1, 2, 3, 4), new WaitingRoom(new RoomId("old"), "e", 9, 9, 0, 0, 0, 1)), 6,
        5));
  }

  @Override
  public Future<BusMessage.Done> drop(DropQueue request) {
    asked.add(request);
    return Future.succeededFuture(BusMessage.Done.DONE);
  }

  @Override
  public Future<MembersPage> members(ListMembers request) {
    asked.add(request);
    return Future.succeededFuture(
        new MembersPage(List.of(new Member(new UserId("ann"), 5, 2L, 1L), new Member(new UserId("bob"), 6, null, null)), "bob"));
  }

  @Override
  public Future<BusMessage.Done> remove(RemoveMember request) {
    return members.remove(request.user())
        ? Future.succeededFuture(BusMessage.Done.DONE)
        : Future.failedFuture(Refusal.of(ErrorCode.NOT_FOUND, "They are no member."));
  }
}

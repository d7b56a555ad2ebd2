package dev.chorus.gateway.httpkit;

import dev.chorus.bus.BusMessage;
import dev.chorus.bus.DeliveryApi;
import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.bus.DeliveryMessage.ForgetRoom;
import dev.chorus.bus.DeliveryMessage.HistoryPage;
import dev.chorus.bus.DeliveryMessage.JoinRoom;
import dev.chorus.bus.DeliveryMessage.JoinedRoom;
import dev.chorus.bus.DeliveryMessage.ListRooms;
import dev.chorus.bus.DeliveryMessage.LogPage;
import dev.chorus.bus.DeliveryMessage.ReadHistory;
import dev.chorus.bus.DeliveryMessage.ReadLog;
import dev.chorus.bus.DeliveryMessage.RoomsPage;
import dev.chorus.bus.DeliveryMessage.SendMessages;
import dev.chorus.bus.DeliveryMessage.SentMessages;
import dev.chorus.bus.DeliveryMessage.Verdict;
import dev.chorus.bus.DeliveryMessage.WatchRooms;
import dev.chorus.bus.DeliveryMessage.WatchedRooms;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Ack;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A delivery node for what HTTP asks of it: sends are numbered, history is what was sent. Used on one context only. */
public final class FakeDelivery implements DeliveryApi {
  public final Set<UserId> members = new HashSet<>();
  public final List<Append> sent = new ArrayList<>();

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
    List<byte[]> entries = new ArrayList<>();
    for (int i = 0; i < sent.size() && i < request.limit(); i++) {
      entries.add(("{\"type\":\"message:new\",\"seq\":" + (i + 1) + "}").getBytes(StandardCharsets.UTF_8));
    }
    return Future.succeededFuture(new HistoryPage(entries, sent.size(), sent.size() > request.limit()));
  }

  @Override
  public Future<JoinedRoom> join(JoinRoom request) {
    return Future.failedFuture("not asked here");
  }

  @Override
  public Future<BusMessage.Done> forget(ForgetRoom request) {
    return Future.failedFuture("not asked here");
  }

  @Override
  public Future<LogPage> read(ReadLog request) {
    return Future.failedFuture("not asked here");
  }

  @Override
  public Future<RoomsPage> rooms(ListRooms request) {
    return Future.failedFuture("not asked here");
  }

  @Override
  public Future<WatchedRooms> watch(WatchRooms request) {
    return Future.failedFuture("not asked here");
  }
}

package dev.chorus.gateway.socketkit;

import dev.chorus.bus.Addresses;
import dev.chorus.bus.Bus;
import dev.chorus.bus.BusMessage;
import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.bus.DeliveryMessage.Connected;
import dev.chorus.bus.DeliveryMessage.ForgetRoom;
import dev.chorus.bus.DeliveryMessage.HistoryPage;
import dev.chorus.bus.DeliveryMessage.JoinRoom;
import dev.chorus.bus.DeliveryMessage.JoinedRoom;
import dev.chorus.bus.DeliveryMessage.ListRooms;
import dev.chorus.bus.DeliveryMessage.LogPage;
import dev.chorus.bus.DeliveryMessage.ReadHistory;
import dev.chorus.bus.DeliveryMessage.ReadLog;
import dev.chorus.bus.DeliveryMessage.RoomHead;
import dev.chorus.bus.DeliveryMessage.RoomWatch;
import dev.chorus.bus.DeliveryMessage.RoomsPage;
import dev.chorus.bus.DeliveryMessage.SendMessages;
import dev.chorus.bus.DeliveryMessage.SentMessages;
import dev.chorus.bus.DeliveryMessage.UserChange;
import dev.chorus.bus.DeliveryMessage.Verdict;
import dev.chorus.bus.DeliveryMessage.WatchRooms;
import dev.chorus.bus.DeliveryMessage.WatchedRooms;
import dev.chorus.bus.GatewayMessage.RoomDigest;
import dev.chorus.bus.GatewayMessage.RoomEntries;
import dev.chorus.bus.GatewayMessage.RoomFanout;
import dev.chorus.bus.NotCarriedOut;
import dev.chorus.bus.QueueMessage.ReadQueue;
import dev.chorus.bus.QueueMessage.ReadWaiting;
import dev.chorus.bus.QueueMessage.SweepQueues;
import dev.chorus.bus.QueueMessage.WaitingEntry;
import dev.chorus.bus.QueueMessage.WaitingPage;
import dev.chorus.bus.QueueMessage.WaitingQueue;
import dev.chorus.bus.QueueMessage.WaitingRoom;
import dev.chorus.bus.TrackingMessage.DeliveryRecord;
import dev.chorus.bus.TrackingMessage.Mark;
import dev.chorus.bus.TrackingMessage.MarkVerdict;
import dev.chorus.bus.TrackingMessage.MoveMarks;
import dev.chorus.bus.TrackingMessage.MovedMarks;
import dev.chorus.bus.TrackingMessage.ReadDelivery;
import dev.chorus.cluster.Cluster;
import dev.chorus.cluster.Role;
import dev.chorus.cluster.Watchers;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.NodeId;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Ack;
import dev.chorus.protocol.ClientFrame;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/** A delivery node over {@link Logs}, whose fan-outs can be lost and whose answers can fail. Used on one context only. */
public final class RoomOwner implements PartialDelivery {
  public final NodeId self;
  private final Logs logs;
  private final Bus bus;
  private final Cluster cluster;
  public final Watchers<RoomId> watchers = new Watchers<>();
  public final List<SendMessages> batches = new ArrayList<>();
  /** Which fan-outs are lost. */
  public Predicate<RoomEntries> loses = entries -> false;
  /** When set, sends fail with it and are not carried out, or not known to be. */
  public RuntimeException failure;
  /** While set, sends are carried out one by one, each when the test {@link #letOne lets} it. */
  public boolean holdsSends;
  private final Deque<Promise<Void>> held = new ArrayDeque<>();
  public int reads;
  /** How often it was asked for a record. */
  public int asked;
  /** Whose queues are to be swept. */
  public final List<String> newcomers = new ArrayList<>();
  public final List<Mark> marks = new ArrayList<>();
  /** While set, marks wait for it to be stored. */
  public Future<?> markGate = Future.succeededFuture();
  public final Map<String, Connected> connected = new TreeMap<>();
  /** The delivered mark of the one user who drains; nothing waits in a room without one. */
  public final Map<RoomId, Long> delivered = new LinkedHashMap<>();
  /** What a drain leaves out. */
  public Predicate<Long> dropped = seq -> false;
  public boolean refusesReads;

  public RoomOwner(NodeId self, Logs logs, Bus bus, Cluster cluster) {
    this.self = self;
    this.logs = logs;
    this.bus = bus;
    this.cluster = cluster;
  }

  private boolean owns(RoomId room) {
    return cluster.ring(Role.DELIVERY).owns(self, room.value());
  }

  @Override
  public Future<JoinedRoom> join(JoinRoom request) {
    if (!owns(request.room()))
      return Future.failedFuture(NotCarriedOut.moved());
    Logs.Log log = logs.of(request.room());
    log.members.add(request.user());
    return Future.succeededFuture(new JoinedRoom(request.room(), log.epoch, log.head(), log.head(), log.head(), 0));
  }

  @Override
  public Future<BusMessage.Done> forget(ForgetRoom request) {
    logs.of(request.room()).members.remove(request.user());
    return Future.succeededFuture(BusMessage.Done.DONE);
  }

  @Override
  public Future<SentMessages> send(SendMessages request) {
    if (failure != null)
      return Future.failedFuture(failure);
    batches.add(request);
    if (!holdsSends)
      return Future.succeededFuture(carriedOut(request));
    Promise<Void> turn = Promise.promise();
    held.add(turn);
    return turn.future().map(let -> carriedOut(request));
  }

  /** Carries out the send that has been held longest; false when none is. */
  public boolean letOne() {
    Promise<Void> turn = held.poll();
    if (turn != null)
      turn.complete();
    return turn != null;
  }

  @Override
  public Future<BusMessage.Done> sweep(SweepQueues request) {
    request.users().forEach(user -> newcomers.add(user.value()));
    return Future.succeededFuture(BusMessage.Done.DONE);
  }

  private SentMessages carriedOut(SendMessages request) {
    List<Verdict> verdicts = new ArrayList<>();
    for (Append append : request.messages())
      verdicts.add(verdict(append));
    return new SentMessages(verdicts);
  }

  private Verdict verdict(Append append) {
    RoomId room = append.entry().room();
    Logs.Log log = logs.of(room);
    if (!owns(room))
      return Verdict.elsewhere();
    if (!log.members.contains(append.sender()))
      return Verdict.of(Problem.of(ErrorCode.NOT_MEMBER, "You are not a member of this room."));
    if (append.entry() instanceof ClientFrame.Send once && once.guarantee() == ClientFrame.Send.Guarantee.AT_MOST_ONCE)
      return Verdict.of(new Ack.Sent("m0", null, "SENT", 1, false));
    Long before = log.seqs.get(append.sender() + "/" + append.entry().clientId());
    if (before != null)
      return Verdict.of(new Ack.Sent("m" + before, before, "SENT", before, true));
    long seq = say(room, append.sender(), append.entry());
    return Verdict.of(new Ack.Sent("m" + seq, seq, "SENT", seq, false));
  }

  /** Appends and tells all who watch. */
  public long say(RoomId room, UserId sender, ClientFrame.Entry entry) {
    Logs.Log log = logs.of(room);
    long prev = log.head();
    long seq = log.append(sender, entry);
    tell(new RoomEntries(room, prev, List.of(log.entries.getLast())));
    return seq;
  }

  /** Appends a message of that content, for tests that need many. */
  public long say(String room, String sender, String content) {
    return say(new RoomId(room), new UserId(sender), message(room, content, "c" + logs.of(new RoomId(room)).head()));
  }

  public static ClientFrame.Send message(String room, String content, String clientId) {
    return new ClientFrame.Send(new RoomId(room), content, clientId, ClientFrame.Send.Priority.NORMAL,
        ClientFrame.Send.Guarantee.AT_LEAST_ONCE, null,
        ClientFrame.Send.Role.USER, null, null, true, null);
  }

  public void tell(RoomEntries entries) {
    if (loses.test(entries))
      return;
    for (NodeId gateway : watchers.of(entries.room()))
      bus.tell(Addresses.gateway(gateway), new RoomFanout(List.of(entries)));
  }

  /** Tells every gateway the heads of what it watches here. */
  public void digest() {
    for (NodeId gateway : watchers.gateways()) {
      List<RoomHead> heads = watchers.watchedBy(gateway).stream().map(room -> new RoomHead(room, logs.of(room).head(), false)).toList();
      bus.tell(Addresses.gateway(gateway), new RoomDigest(self, heads));
    }
  }

  @Override
  public Future<LogPage> read(ReadLog request) {
    reads++;
    if (refusesReads)
      return Future.failedFuture(Refusal.of(ErrorCode.UNAVAILABLE, "not now"));
    Logs.Log log = logs.of(request.room());
    int from = (int) Math.min(request.after(), log.head());
    int to = (int) Math.min(log.head(), request.after() + request.limit());
    return Future.succeededFuture(
        new LogPage(request.room(), log.epoch, request.after(), List.copyOf(log.entries.subList(from, to)), log.head(), log.oldest));
  }

  @Override
  public Future<HistoryPage> history(ReadHistory request) {
    Logs.Log log = logs.of(request.room());
    if (!request.admin() && !log.members.contains(request.user()))
      throw Refusal.of(ErrorCode.NOT_MEMBER, "You are not a member of this room.");
    int from = (int) Math.max(0, log.head() - request.limit());
    return Future.succeededFuture(new HistoryPage(List.copyOf(log.entries.subList(from, (int) log.head())), log.head(), from > 0));
  }

  @Override
  public Future<RoomsPage> rooms(ListRooms request) {
    return Future.succeededFuture(new RoomsPage(List.of(new Ack.Rooms.Room(new RoomId("lobby"), "e", 3, 2, 1, 2)), null));
  }

  @Override
  public Future<WatchedRooms> watch(WatchRooms request) {
    List<RoomHead> heads = new ArrayList<>();
    for (RoomWatch watch : request.watch()) {
      boolean ours = owns(watch.room());
      if (ours)
        watchers.watch(request.gateway(), watch.room());
      connected.keySet().removeIf(place -> place.startsWith(watch.room() + "/"));
      watch.users().forEach(user -> connected.put(watch.room() + "/" + user.user(), user));
      heads.add(new RoomHead(watch.room(), logs.of(watch.room()).head(), !ours));
    }
    for (UserChange change : request.changes()) {
      if (change.present())
        connected.put(change.room() + "/" + change.user(), new Connected(change.user(), change.acks()));
      else
        connected.remove(change.room() + "/" + change.user());
    }
    request.unwatch().forEach(room -> watchers.unwatch(request.gateway(), room));
    return Future.succeededFuture(new WatchedRooms(heads));
  }

  @Override
  public Future<MovedMarks> mark(MoveMarks request) {
    marks.addAll(request.marks());
    return markGate.map(open -> new MovedMarks(request.marks().stream().map(this::verdict).toList()));
  }

  private MarkVerdict verdict(Mark mark) {
    if (!owns(mark.room()))
      return MarkVerdict.elsewhere();
    long seq = Math.max(mark.delivered() == null ? 0 : mark.delivered(), mark.read() == null ? 0 : mark.read());
    return seq <= logs.of(mark.room()).head() ? MarkVerdict.DONE : MarkVerdict.of(Problem.badRequest("The room has no such entry yet."));
  }

  @Override
  public Future<DeliveryRecord> delivery(ReadDelivery request) {
    asked++;
    return Future
        .succeededFuture(new DeliveryRecord(new Ack.Delivery(request.messageId(), request.room(), 1, "SENT", 0, false, List.of())));
  }

  @Override
  public Future<WaitingQueue> queue(ReadQueue request) {
    List<WaitingRoom> rooms = new ArrayList<>();
    delivered.forEach((room, mark) -> {
      Logs.Log log = logs.of(room);
      long left = LongStream.rangeClosed(mark + 1, log.head()).filter(dropped::test).count();
      rooms.add(new WaitingRoom(room, log.epoch, log.head(), mark, 0, log.head() - mark - left, 0, left));
    });
    return Future.succeededFuture(new WaitingQueue(rooms, rooms.stream().mapToLong(WaitingRoom::normal).sum(),
        rooms.stream().mapToLong(WaitingRoom::dropped).sum()));
  }

  @Override
  public Future<WaitingPage> waiting(ReadWaiting request) {
    Logs.Log log = logs.of(request.room());
    long upTo = Math.min(log.head(), request.after() + request.limit());
    List<WaitingEntry> entries = LongStream.rangeClosed(request.after() + 1, upTo).filter(seq -> !dropped.test(seq))
        .mapToObj(seq -> new WaitingEntry(seq, log.entries.get((int) seq - 1))).toList();
    return Future.succeededFuture(new WaitingPage(request.room(), entries, request.after(), upTo, log.head(), entries.size()));
  }
}

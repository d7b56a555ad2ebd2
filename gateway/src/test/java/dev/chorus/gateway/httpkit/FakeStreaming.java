package dev.chorus.gateway.httpkit;

import dev.chorus.bus.Addresses;
import dev.chorus.bus.Bus;
import dev.chorus.bus.BusMessage;
import dev.chorus.bus.GatewayMessage.StreamFanout;
import dev.chorus.bus.GatewayMessage.StreamRecords;
import dev.chorus.bus.StreamFigures;
import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamingApi;
import dev.chorus.bus.StreamingMessage.CancelStream;
import dev.chorus.bus.StreamingMessage.DescribeStream;
import dev.chorus.bus.StreamingMessage.DescribedStream;
import dev.chorus.bus.StreamingMessage.ListKey;
import dev.chorus.bus.StreamingMessage.ListModels;
import dev.chorus.bus.StreamingMessage.ListStreams;
import dev.chorus.bus.StreamingMessage.ListedModels;
import dev.chorus.bus.StreamingMessage.ListedStreams;
import dev.chorus.bus.StreamingMessage.ReadStream;
import dev.chorus.bus.StreamingMessage.ReaderGone;
import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.bus.StreamingMessage.StartedStream;
import dev.chorus.bus.StreamingMessage.StreamHead;
import dev.chorus.bus.StreamingMessage.StreamPage;
import dev.chorus.bus.StreamingMessage.WatchStreams;
import dev.chorus.bus.StreamingMessage.WatchedStreams;
import dev.chorus.bus.StreamingMessage.CancelRoomStreams;
import dev.chorus.bus.StreamingMessage.CancelledStreams;
import dev.chorus.bus.StreamingMessage.ControlStream;
import dev.chorus.bus.StreamingMessage.DescribeRoom;
import dev.chorus.bus.StreamingMessage.DescribedStreams;
import dev.chorus.bus.StreamingMessage.ListProject;
import dev.chorus.bus.StreamingMessage.MeasureNode;
import dev.chorus.bus.StreamingMessage.MeasureStream;
import dev.chorus.bus.StreamingMessage.MeasuredNode;
import dev.chorus.bus.StreamingMessage.MeasuredStream;
import dev.chorus.bus.StreamingMessage.ProduceStream;
import dev.chorus.bus.StreamingMessage.ProducedStream;
import dev.chorus.bus.StreamingMessage.RecoverStream;
import dev.chorus.bus.StreamingMessage.RecoveredStream;
import dev.chorus.bus.StreamingMessage.StartGroup;
import dev.chorus.bus.StreamingMessage.StartedGroup;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.NodeId;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Ack;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.StreamMetrics;
import dev.chorus.protocol.Usage;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** A streaming node whose streams say what a test tells them to, and whose fan-outs can be lost. Used on one context only. */
public final class FakeStreaming implements StreamingApi {
  private final Bus bus;
  private final NodeId gateway;
  public final Map<StreamId, Log> logs = new LinkedHashMap<>();
  public final List<StartStream> starts = new ArrayList<>();
  public final List<ReaderGone> gone = new ArrayList<>();
  public final Set<RoomId> rooms = new HashSet<>();
  public final Set<StreamId> streams = new HashSet<>();
  public final List<String> models = new ArrayList<>(List.of("assistant", "other/model"));
  public final List<StreamFigures> figures = new ArrayList<>();
  public int reads;
  /** Reads are answered when this is done. */
  public Future<?> readGate = Future.succeededFuture();
  /** Nothing is told to gateways: they have to find out. */
  public boolean loseFanouts;
  /** What happens when a stream has been started. */
  public Consumer<Log> onStart = log -> {};
  /** Starts are done at once, and answered when this is done. */
  public Future<?> startGate = Future.succeededFuture();
  /** Refuses every start. */
  public Problem refusal;

  public FakeStreaming(Bus bus, NodeId gateway) {
    this.bus = bus;
    this.gateway = gateway;
  }

  /** One stream and all that it has said. */
  public final class Log {
    public final StreamId stream;
    public final StartStream start;
    public final String epoch;
    public final Event.StreamOpen open;
    public final List<StreamRecord> records = new ArrayList<>();
    public String status = "STREAMING";

    Log(StreamId stream, StartStream start) {
      this.stream = stream;
      this.start = start;
      this.epoch = stream.word();
      this.open = new Event.StreamOpen(stream, epoch, start.agentId(), null, "assistant", "fake", start.user(), 1_700_000_000_000L);
    }

    boolean isOver() {
      return !status.equals("STREAMING") && !status.equals("PAUSED");
    }

    void notice(String from, String to, String notice) {
      if (!status.equals(from))
        return;
      status = to;
      append(new StreamRecord.Notice(head() + 1, notice, null, null, null));
    }

    public long head() {
      return records.size();
    }

    /** Appends and fans out; an empty call fans out that the stream is open. */
    public void append(StreamRecord... more) {
      long prev = head();
      records.addAll(List.of(more));
      if (more.length > 0 && more[more.length - 1] instanceof StreamRecord.End end)
        status = end.status();
      boolean watched = streams.contains(stream) || (start.room() != null && rooms.contains(start.room()));
      if (watched && !loseFanouts)
        tell(prev, List.of(more));
    }

    public void tell(long prev, List<StreamRecord> more) {
      bus.tell(Addresses.gateway(gateway),
          new StreamFanout(List.of(new StreamRecords(stream, start.room(), prev == 0 ? open : null, prev, more))));
    }

    public void text(String... pieces) {
      for (String piece : pieces)
        append(new StreamRecord.Chunk(head() + 1, StreamRecord.Kind.CONTENT, piece, null, null, null));
    }

    /** A provider's frame with that text. */
    public void raw(String text, String frame) {
      append(new StreamRecord.Chunk(head() + 1, StreamRecord.Kind.CONTENT, text, null, null, frame));
    }

    public void complete() {
      append(new StreamRecord.End(head() + 1, "COMPLETED", "stop", null, new Usage(3, 2, 5, null), null,
          new StreamMetrics(1L, 2, head(), 9, 1, 0, 0)));
    }

    public void fail(StreamRecord.Failure failure) {
      append(new StreamRecord.End(head() + 1, "FAILED", null, failure, new Usage(3, 0, 3, null), null,
          new StreamMetrics(null, 2, 0, 0, 1, 0, 0)));
    }
  }

  /** A stream that nobody of this gateway started. */
  public Log stream(StreamId stream, RoomId room, UserId starter) {
    Log log = new Log(stream,
        new StartStream(stream, room, starter, "{}", false, null, null, null, "token", null, true, false, null, null, true, null, null));
    logs.put(stream, log);
    return log;
  }

  public Log only() {
    return logs.values().iterator().next();
  }

  private Log log(StreamId stream) {
    Log log = logs.get(stream);
    if (log == null)
      throw Refusal.of(ErrorCode.NOT_FOUND, "There is no such stream.");
    return log;
  }

  @Override
  public Future<StartedStream> start(StartStream request) {
    if (refusal != null)
      return Future.failedFuture(refusal.refusal());
    for (StartStream before : starts) {
      if (request.clientId() == null || !request.clientId().equals(before.clientId()) || !before.user().equals(request.user()))
        continue;
      if (!before.requestHash().equals(request.requestHash()))
        throw Refusal.of(ErrorCode.CONFLICT, "The same key was used for another request.");
      return Future.succeededFuture(new StartedStream(before.stream(), logs.get(before.stream()).epoch, true));
    }
    starts.add(request);
    Log log = new Log(request.stream(), request);
    logs.put(request.stream(), log);
    if (request.gateway() != null)
      streams.add(request.stream());
    onStart.accept(log);
    return startGate.map(open -> new StartedStream(request.stream(), log.epoch, false));
  }

  @Override
  public Future<WatchedStreams> watch(WatchStreams request) {
    rooms.addAll(request.rooms());
    streams.addAll(request.streams());
    rooms.removeAll(request.unwatchRooms());
    streams.removeAll(request.unwatchStreams());
    List<StreamHead> heads = logs.values().stream()
        .filter(
            log -> request.streams().contains(log.stream) || (request.rooms().contains(log.start.room()) && log.status.equals("STREAMING")))
        .map(FakeStreaming::head).toList();
    return Future.succeededFuture(new WatchedStreams(heads, List.of(), List.of()));
  }

  public static StreamHead head(Log log) {
    return new StreamHead(log.stream, log.start.room(), log.epoch, log.head(), log.status);
  }

  @Override
  public Future<StreamPage> read(ReadStream request) {
    reads++;
    Log log = log(request.stream());
    int from = (int) Math.min(request.after(), log.head());
    int to = (int) Math.min(log.head(), request.after() + request.limit());
    StreamPage page = new StreamPage(log.stream, log.start.room(), log.start.user(), log.epoch, log.status, log.head(), log.open,
        List.copyOf(log.records.subList(from, Math.max(from, to))));
    return readGate.map(open -> page);
  }

  @Override
  public Future<BusMessage.Done> cancel(CancelStream request) {
    Log log = log(request.stream());
    if (!request.admin() && !log.start.user().equals(request.user()))
      throw Refusal.of(ErrorCode.FORBIDDEN, "Only who started a stream may cancel it.");
    if (log.status.equals("STREAMING")) {
      log.append(new StreamRecord.End(log.head() + 1, "CANCELLED", null, null, new Usage(3, 2, 5, null), null,
          new StreamMetrics(1L, 2, 0, 0, 1, 0, 0)));
    }
    return Future.succeededFuture(BusMessage.Done.DONE);
  }

  @Override
  public Future<DescribedStream> control(ControlStream request) {
    Log log = log(request.stream());
    if (!request.admin() && !log.start.user().equals(request.user()))
      throw Refusal.of(ErrorCode.FORBIDDEN, "Only who started a stream may control it.");
    switch (request.control()) {
      case PAUSE -> log.notice("STREAMING", "PAUSED", "paused");
      case RESUME -> log.notice("PAUSED", "STREAMING", "resumed");
      case CANCEL -> cancel(new CancelStream(request.stream(), request.user(), request.admin()));
    }
    return describe(new DescribeStream(request.stream()));
  }

  @Override
  public Future<CancelledStreams> cancelRoom(CancelRoomStreams request) {
    List<StreamId> cancelled = new ArrayList<>();
    for (Log log : List.copyOf(logs.values())) {
      if (!request.room().equals(log.start.room()) || !log.status.equals("STREAMING")
          || !(request.admin() || log.start.user().equals(request.user())))
        continue;
      cancel(new CancelStream(log.stream, request.user(), request.admin()));
      cancelled.add(log.stream);
    }
    return Future.succeededFuture(new CancelledStreams(cancelled));
  }

  @Override
  public Future<DescribedStreams> describeRoom(DescribeRoom request) {
    return Future.succeededFuture(new DescribedStreams(
        logs.values().stream().filter(log -> request.room().equals(log.start.room()) && !log.isOver()).map(this::described).toList()));
  }

  @Override
  public Future<MeasuredStream> measure(MeasureStream request) {
    Log log = log(request.stream());
    return Future
        .succeededFuture(new MeasuredStream(new StreamMetrics(1L, 2, log.head(), 9, 1, 0, 0), log.start.user(), log.start.room()));
  }

  @Override
  public Future<RecoveredStream> recover(RecoverStream request) {
    Log failed = log(request.failed());
    if (!failed.status.equals("FAILED"))
      throw Refusal.of(ErrorCode.CONFLICT, "Only a stream that failed can be recovered.");
    Log log = stream(request.stream(), failed.start.room(), failed.start.user());
    return Future.succeededFuture(new RecoveredStream(log.stream, log.epoch, failed.stream, false));
  }

  @Override
  public Future<StartedGroup> startGroup(StartGroup request) {
    if (refusal != null)
      return Future.failedFuture(refusal.refusal());
    List<StartedStream> started = new ArrayList<>();
    for (StartStream agent : request.agents())
      start(agent).onSuccess(started::add);
    return Future.succeededFuture(new StartedGroup(request.group(), started));
  }

  @Override
  public Future<ListedStreams> listProject(ListProject request) {
    return Future.succeededFuture(new ListedStreams(
        logs.values().stream().filter(log -> request.project().equals(log.start.projectId())).map(FakeStreaming::head).toList()));
  }

  @Override
  public Future<ListedStreams> listKey(ListKey request) {
    return Future.succeededFuture(new ListedStreams(logs.values().stream()
        .filter(log -> log.stream.key().equals(request.key()) && !log.isOver()).map(FakeStreaming::head).toList().reversed()));
  }

  @Override
  public Future<MeasuredNode> figures(MeasureNode request) {
    return Future.succeededFuture(new MeasuredNode(figures));
  }

  @Override
  public Future<ProducedStream> produce(ProduceStream request) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<BusMessage.Done> readerGone(ReaderGone request) {
    gone.add(request);
    return Future.succeededFuture(BusMessage.Done.DONE);
  }

  @Override
  public Future<DescribedStream> describe(DescribeStream request) {
    return Future.succeededFuture(described(log(request.stream())));
  }

  private DescribedStream described(Log log) {
    StringBuilder text = new StringBuilder();
    for (StreamRecord record : log.records) {
      if (record instanceof StreamRecord.Chunk chunk)
        text.append(chunk.text());
    }
    return new DescribedStream(new Ack.StreamState(log.stream, log.epoch, log.status, log.head(), log.start.room(), null, "assistant",
        text.toString(), null, new Usage(3, 2, 5, null), null), log.start.user());
  }

  @Override
  public Future<ListedStreams> list(ListStreams request) {
    return Future.succeededFuture(new ListedStreams(List.of()));
  }

  @Override
  public Future<ListedModels> models(ListModels request) {
    return Future.succeededFuture(new ListedModels(List.copyOf(models)));
  }
}

package dev.chorus.streaming;

import dev.chorus.bus.Addresses;
import dev.chorus.bus.BusMessage;
import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamingApi;
import dev.chorus.bus.StreamingMessage.CancelRoomStreams;
import dev.chorus.bus.StreamingMessage.CancelStream;
import dev.chorus.bus.StreamingMessage.CancelledStreams;
import dev.chorus.bus.StreamingMessage.ControlStream;
import dev.chorus.bus.StreamingMessage.DescribeRoom;
import dev.chorus.bus.StreamingMessage.DescribeStream;
import dev.chorus.bus.StreamingMessage.DescribedStream;
import dev.chorus.bus.StreamingMessage.DescribedStreams;
import dev.chorus.bus.StreamingMessage.ListKey;
import dev.chorus.bus.StreamingMessage.ListModels;
import dev.chorus.bus.StreamingMessage.ListProject;
import dev.chorus.bus.StreamingMessage.ListStreams;
import dev.chorus.bus.StreamingMessage.ListedModels;
import dev.chorus.bus.StreamingMessage.ListedStreams;
import dev.chorus.bus.StreamingMessage.MeasureNode;
import dev.chorus.bus.StreamingMessage.MeasureStream;
import dev.chorus.bus.StreamingMessage.MeasuredNode;
import dev.chorus.bus.StreamingMessage.MeasuredStream;
import dev.chorus.bus.StreamingMessage.ProduceStream;
import dev.chorus.bus.StreamingMessage.ProducedStream;
import dev.chorus.bus.StreamingMessage.ReadStream;
import dev.chorus.bus.StreamingMessage.ReaderGone;
import dev.chorus.bus.StreamingMessage.RecoverStream;
import dev.chorus.bus.StreamingMessage.RecoveredStream;
import dev.chorus.bus.StreamingMessage.StartGroup;
import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.bus.StreamingMessage.StartedGroup;
import dev.chorus.bus.StreamingMessage.StartedStream;
import dev.chorus.bus.StreamingMessage.StreamHead;
import dev.chorus.bus.StreamingMessage.StreamPage;
import dev.chorus.bus.StreamingMessage.WatchStreams;
import dev.chorus.bus.StreamingMessage.WatchedStreams;
import dev.chorus.cluster.Role;
import dev.chorus.model.NodeId;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.node.NodeContext;
import dev.chorus.streaming.answer.RunningStream;
import dev.chorus.streaming.fanout.Fanout;
import dev.chorus.streaming.log.Plan;
import dev.chorus.streaming.log.StoredStream;
import dev.chorus.streaming.log.StreamLog;
import dev.chorus.streaming.log.Unlogged;
import dev.chorus.streaming.provider.Catalogue;
import dev.chorus.streaming.takeover.Takeover;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The calls. New streams start where the ring says; one that runs stays with the node that began it, also when the ring gives its key to another, and calls that reach the
 * wrong one are passed on to it. Reading is from the log, so that any node may.
 */
final class Streaming implements StreamingApi {
  private static final int MAX_PAGE = 1000;
  private final NodeContext node;
  private final StreamLog log;
  private final Starts starts;
  private final GroupStarts groups;
  private final Recoveries recoveries;
  private final Controls controls;
  private final Producers producers;
  private final Runs runs;
  private final Figures figures;
  private final Fanout fanout;
  private final Takeover takeover;
  private final Supplier<Catalogue> catalogue;
  private final Unlogged unlogged;

  Streaming(NodeContext node, StreamLog log, Starts starts, Controls controls, Producers producers, Runs runs, Figures figures,
      Fanout fanout, Takeover takeover,
      Supplier<Catalogue> catalogue, Unlogged unlogged) {
    this.node = node;
    this.log = log;
    this.starts = starts;
    this.groups = new GroupStarts(starts, runs, fanout);
    this.recoveries = new Recoveries(controls, log, starts, fanout);
    this.controls = controls;
    this.producers = producers;
    this.runs = runs;
    this.figures = figures;
    this.fanout = fanout;
    this.takeover = takeover;
    this.catalogue = catalogue;
    this.unlogged = unlogged;
  }

  /** Members or rings have changed. */
  void clusterChanged() {
    producers.clusterChanged();
    fanout.retain(node.cluster().members(), this::owns, stream -> owns(stream) || runs.get(stream) != null);
    runs.readersChanged(runs.ids());
    takeover.look();
  }

  private boolean owns(RoomId room) {
    return node.cluster().ring(Role.STREAMING).owns(node.self(), room.value());
  }

  private boolean owns(StreamId stream) {
    return node.cluster().ring(Role.STREAMING).owns(node.self(), stream.key());
  }

  @Override
  public Future<StartedStream> start(StartStream request) {
    return starts.start(new Plan(request, null, null), () -> {
      if (request.gateway() != null)
        fanout.watch(request.gateway(), request.stream());
    });
  }

  @Override
  public Future<WatchedStreams> watch(WatchStreams request) {
    NodeId gateway = request.gateway();
    fanout.unwatch(gateway, request.unwatchRooms(), request.unwatchStreams());
    runs.readersChanged(request.unwatchStreams());
    List<RoomId> rooms = request.rooms().stream().filter(this::owns).toList();
    List<StreamId> streams = request.streams().stream().filter(stream -> owns(stream) || runs.get(stream) != null).toList();
    // Registered first: what is committed from now on is told, what was before is in the heads.
    rooms.forEach(room -> fanout.watch(gateway, room));
    streams.forEach(stream -> fanout.watch(gateway, stream));
    List<RunningStream> here = streams.stream().map(runs::get).filter(stream -> stream != null && stream.opened().start().durable())
        .toList();
    List<StreamId> others = streams.stream().filter(stream -> runs.get(stream) == null).toList();
    return Controls.available(Future.all(log.running(rooms), log.find(others))).map(found -> {
      List<StoredStream> stored = new ArrayList<>(found.<List<StoredStream>>resultAt(0));
      for (StoredStream stream : found.<List<StoredStream>>resultAt(1))
        if (stored.stream().noneMatch(other -> other.id().equals(stream.id())))
          stored.add(stream);
      stored.forEach(stream -> watchAtItsOwner(gateway, stream));
      List<StreamHead> heads = new ArrayList<>(stored.stream().map(this::head).toList());
      here.forEach(stream -> heads.add(stream.opened().head(stream.head(), stream.status())));
      heads.addAll(unlogged.heads(streams));
      return new WatchedStreams(heads, except(request.rooms(), rooms),
          except(request.streams(), streams));
    });
  }

  /** One that runs on another node since before the ring changed is watched there, beside its room here. */
  private void watchAtItsOwner(NodeId gateway, StoredStream stream) {
    if (runs.get(stream.id()) != null || !stream.isRunning() || !isOther(stream.ownerNode()))
      return;
    node.bus().tell(Addresses.streaming(stream.ownerNode()),
        new WatchStreams(gateway, List.of(), List.of(stream.id()), List.of(), List.of()));
  }

  private boolean isOther(NodeId owner) {
    return !owner.equals(node.self()) && node.cluster().members().contains(owner);
  }

  private StreamHead head(StoredStream stream) {
    RunningStream here = runs.get(stream.id());
    return here == null ? stream.asHead() : here.opened().head(Math.max(here.head(), stream.head()), here.status());
  }

  private static <T> List<T> except(List<T> all, List<T> some) {
    Set<T> left = new java.util.LinkedHashSet<>(all);
    some.forEach(left::remove);
    return List.copyOf(left);
  }

  @Override
  public Future<StreamPage> read(ReadStream request) {
    Optional<StreamPage> here = controls.here(request.stream(), request.after(), Math.clamp(request.limit(), 1, MAX_PAGE));
    if (here.isPresent())
      return Future.succeededFuture(here.get());
    RunningStream running = runs.get(request.stream());
    // Above the head: what another owner may have written meanwhile is known to the log only.
    if (running == null || request.after() > running.head())
      return controls.find(request.stream()).compose(stream -> page(request,
          new StreamPage(stream.id(), stream.room(), stream.starter(), stream.epoch(), stream.status(), stream.head(), stream.open(),
              List.of())));
    // Who lacks nothing or little, as most who come back to another gateway, needs nothing of the log.
    Optional<List<StreamRecord>> above = request.after() == running.head()
        ? Optional.of(List.of())
        : runs.above(request.stream(), request.after(), Math.clamp(request.limit(), 1, MAX_PAGE));
    return above.isPresent()
        ? Future.succeededFuture(asItIs(running, above.get()))
        : page(request, asItIs(running, List.of()));
  }

  private static StreamPage asItIs(RunningStream stream, List<StreamRecord> above) {
    var start = stream.opened().start();
    return new StreamPage(stream.id(), start.room(), start.user(), stream.opened().epoch(), stream.status(), stream.head(),
        stream.opened().open(), above);
  }

  /** With the records that were asked for. They were read after the head and may be ahead of it. */
  private Future<StreamPage> page(ReadStream request, StreamPage known) {
    return Controls.available(log.page(request.stream(), request.after(), Math.clamp(request.limit(), 1, MAX_PAGE))).map(records -> {
      boolean ended = !records.isEmpty() && records.getLast() instanceof StreamRecord.End;
      String status = ended ? ((StreamRecord.End) records.getLast()).status() : known.status();
      long head = records.isEmpty() ? known.head() : Math.max(known.head(), records.getLast().seq());
      return new StreamPage(known.stream(), known.room(), known.starter(), known.epoch(), status, head, known.open(), records);
    });
  }

  @Override
  public Future<BusMessage.Done> cancel(CancelStream request) {
    return controls.cancel(request);
  }

  @Override
  public Future<DescribedStream> control(ControlStream request) {
    return controls.control(request);
  }

  @Override
  public Future<CancelledStreams> cancelRoom(CancelRoomStreams request) {
    return controls.cancelRoom(request);
  }

  @Override
  public Future<BusMessage.Done> readerGone(ReaderGone request) {
    return controls.readerGone(request);
  }

  @Override
  public Future<DescribedStream> describe(DescribeStream request) {
    return controls.describe(request);
  }

  @Override
  public Future<DescribedStreams> describeRoom(DescribeRoom request) {
    return controls.describe(request);
  }

  @Override
  public Future<MeasuredStream> measure(MeasureStream request) {
    return controls.measure(request);
  }

  @Override
  public Future<RecoveredStream> recover(RecoverStream request) {
    return recoveries.recover(request);
  }

  @Override
  public Future<StartedGroup> startGroup(StartGroup request) {
    return groups.start(request);
  }

  @Override
  public Future<ProducedStream> produce(ProduceStream request) {
    return producers.produce(request);
  }

  @Override
  public Future<MeasuredNode> figures(MeasureNode request) {
    return Future.succeededFuture(new MeasuredNode(figures.read(runs.all())));
  }

  @Override
  public Future<ListedStreams> listProject(ListProject request) {
    return Controls.available(log.ofProject(request.project(), request.openedAfter()))
        .map(streams -> new ListedStreams(streams.stream().map(this::head).toList()));
  }

  @Override
  public Future<ListedStreams> list(ListStreams request) {
    return Controls.available(log.running(List.of(request.room())))
        .map(streams -> new ListedStreams(streams.stream().map(this::head).toList()));
  }

  @Override
  public Future<ListedStreams> listKey(ListKey request) {
    return Controls.available(log.runningOf(request.key())).map(streams -> new ListedStreams(streams.stream().map(this::head).toList()));
  }

  @Override
  public Future<ListedModels> models(ListModels request) {
    return Future.succeededFuture(new ListedModels(catalogue.get().names()));
  }
}

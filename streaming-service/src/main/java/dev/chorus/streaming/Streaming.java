package dev.chorus.streaming;

import dev.chorus.bus.Addresses;
import dev.chorus.bus.Bus;
import dev.chorus.bus.BusMessage;
import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamingApi;
import dev.chorus.bus.StreamingMessage;
import dev.chorus.bus.StreamingMessage.CancelStream;
import dev.chorus.bus.StreamingMessage.DescribeStream;
import dev.chorus.bus.StreamingMessage.DescribedStream;
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
import dev.chorus.cluster.Role;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.NodeId;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import dev.chorus.node.NodeContext;
import dev.chorus.streaming.answer.RunningStream;
import dev.chorus.streaming.fanout.Fanout;
import dev.chorus.streaming.log.StoredStream;
import dev.chorus.streaming.log.StreamLog;
import dev.chorus.streaming.provider.Catalogue;
import dev.chorus.streaming.takeover.Takeover;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The calls. New streams start where the ring says; one that runs stays with the node that began it, also when the ring gives its key to another, and calls that reach the
 * wrong one are passed on to it. Reading is from the log, so that any node may.
 */
final class Streaming implements StreamingApi {
  private static final int MAX_PAGE = 1000;
  private final NodeContext node;
  private final StreamLog log;
  private final Starts starts;
  private final Runs runs;
  private final Fanout fanout;
  private final Takeover takeover;
  private final Catalogue catalogue;

  Streaming(NodeContext node, StreamLog log, Starts starts, Runs runs, Fanout fanout, Takeover takeover, Catalogue catalogue) {
    this.node = node;
    this.log = log;
    this.starts = starts;
    this.runs = runs;
    this.fanout = fanout;
    this.takeover = takeover;
    this.catalogue = catalogue;
  }

  /** Members or rings have changed. */
  void clusterChanged() {
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
    return starts.start(request, () -> {
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
    return available(Future.all(log.running(rooms), log.find(streams))).map(found -> {
      List<StoredStream> stored = new ArrayList<>(found.<List<StoredStream>>resultAt(0));
      for (StoredStream stream : found.<List<StoredStream>>resultAt(1))
        if (stored.stream().noneMatch(other -> other.id().equals(stream.id())))
          stored.add(stream);
      stored.forEach(stream -> watchAtItsOwner(gateway, stream));
      return new WatchedStreams(stored.stream().map(this::head).toList(), except(request.rooms(), rooms),
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
    return here == null ? stream.asHead() : here.opened().head(Math.max(here.head(), stream.head()), stream.status());
  }

  private static <T> List<T> except(List<T> all, List<T> some) {
    Set<T> left = new java.util.LinkedHashSet<>(all);
    some.forEach(left::remove);
    return List.copyOf(left);
  }

  @Override
  public Future<StreamPage> read(ReadStream request) {
    return find(request.stream())
        .compose(stream -> available(log.page(request.stream(), request.after(), Math.clamp(request.limit(), 1, MAX_PAGE))).map(records -> {
          long last = records.isEmpty() ? request.after() : records.getLast().seq();
          boolean ended = !records.isEmpty() && records.getLast() instanceof StreamRecord.End;
          String status = ended ? ((StreamRecord.End) records.getLast()).status() : stream.status();
          // The page was read after the head and may be ahead of it.
          long head = records.isEmpty() ? stream.head() : Math.max(stream.head(), last);
          return new StreamPage(stream.id(), stream.room(), stream.starter(), stream.epoch(), status, head, stream.open(), records);
        }));
  }

  private Future<StoredStream> find(StreamId id) {
    return available(log.find(id)).map(found -> found.orElseThrow(() -> Refusal.of(ErrorCode.NOT_FOUND, "There is no such stream.")));
  }

  @Override
  public Future<BusMessage.Done> cancel(CancelStream request) {
    RunningStream here = runs.get(request.stream());
    if (here != null) {
      if (!mayControl(request, here.opened().start().user()))
        return forbidden();
      here.cancel();
      return Future.succeededFuture(BusMessage.Done.DONE);
    }
    return find(request.stream()).compose(stream -> {
      if (!mayControl(request, stream.starter()))
        return forbidden();
      return stream.isRunning() && isOther(stream.ownerNode()) ? pass(stream, request) : Future.succeededFuture(BusMessage.Done.DONE);
    });
  }

  private static boolean mayControl(CancelStream request, UserId starter) {
    return request.admin() || request.user().equals(starter);
  }

  private static Future<BusMessage.Done> forbidden() {
    return Future.failedFuture(Refusal.of(ErrorCode.FORBIDDEN, "Only who started a stream may cancel it."));
  }

  private Future<BusMessage.Done> pass(StoredStream stream, StreamingMessage request) {
    return node.bus().request(Addresses.streaming(stream.ownerNode()), request, BusMessage.Done.class, Bus.TIMEOUT);
  }

  @Override
  public Future<BusMessage.Done> readerGone(ReaderGone request) {
    fanout.unwatch(request.gateway(), List.of(), List.of(request.stream()));
    if (runs.get(request.stream()) != null) {
      runs.readersChanged(List.of(request.stream()));
      return Future.succeededFuture(BusMessage.Done.DONE);
    }
    return available(log.find(request.stream())).compose(found -> found.filter(stream -> stream.isRunning() && isOther(stream.ownerNode()))
        .map(stream -> pass(stream, request)).orElseGet(() -> Future.succeededFuture(BusMessage.Done.DONE)));
  }

  @Override
  public Future<DescribedStream> describe(DescribeStream request) {
    return find(request.stream()).compose(stream -> available(new Description(log, stream).read()));
  }

  @Override
  public Future<ListedStreams> list(ListStreams request) {
    return available(log.running(List.of(request.room()))).map(streams -> new ListedStreams(streams.stream().map(this::head).toList()));
  }

  @Override
  public Future<ListedModels> models(ListModels request) {
    return Future.succeededFuture(new ListedModels(catalogue.names()));
  }

  /** What PostgreSQL does not answer is not there for now. */
  private static <T> Future<T> available(Future<T> asked) {
    return asked.recover(failure -> Future.failedFuture(
        failure instanceof Refusal ? failure : Refusal.of(ErrorCode.UNAVAILABLE, "The streams cannot be read at the moment.")));
  }
}

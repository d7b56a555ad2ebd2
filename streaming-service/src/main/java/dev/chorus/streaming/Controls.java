package dev.chorus.streaming;

import dev.chorus.bus.Addresses;
import dev.chorus.bus.Bus;
import dev.chorus.bus.BusMessage;
import dev.chorus.bus.NotCarriedOut;
import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamingMessage;
import dev.chorus.bus.StreamingMessage.CancelRoomStreams;
import dev.chorus.bus.StreamingMessage.CancelStream;
import dev.chorus.bus.StreamingMessage.CancelledStreams;
import dev.chorus.bus.StreamingMessage.Control;
import dev.chorus.bus.StreamingMessage.ControlStream;
import dev.chorus.bus.StreamingMessage.DescribeRoom;
import dev.chorus.bus.StreamingMessage.DescribeStream;
import dev.chorus.bus.StreamingMessage.DescribedStream;
import dev.chorus.bus.StreamingMessage.DescribedStreams;
import dev.chorus.bus.StreamingMessage.MeasureStream;
import dev.chorus.bus.StreamingMessage.MeasuredStream;
import dev.chorus.bus.StreamingMessage.ReaderGone;
import dev.chorus.bus.StreamingMessage.StreamPage;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Refusal;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import dev.chorus.node.NodeContext;
import dev.chorus.streaming.answer.RunningStream;
import dev.chorus.streaming.fanout.Fanout;
import dev.chorus.streaming.log.Ownership;
import dev.chorus.streaming.log.StoredStream;
import dev.chorus.streaming.log.StreamLog;
import dev.chorus.streaming.log.Unlogged;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What people do to streams that run, wherever they run, and how they stand. A call that reaches another node than the stream's is passed on to that. */
final class Controls {
  private static final int MAX_DESCRIBED = 100;
  private final NodeContext node;
  private final StreamLog log;
  private final Pausings pausings;
  private final Runs runs;
  private final Producers producers;
  private final Fanout fanout;
  private final Unlogged unlogged;

  Controls(NodeContext node, StreamLog log, Unlogged unlogged, Ownership ownership, Owner owner, Runs runs, Producers producers,
      Fanout fanout) {
    this.node = node;
    this.log = log;
    this.unlogged = unlogged;
    this.pausings = new Pausings(ownership, owner);
    this.runs = runs;
    this.producers = producers;
    this.fanout = fanout;
  }

  Future<DescribedStream> control(ControlStream request) {
    RunningStream here = runs.get(request.stream());
    if (here != null) {
      if (!may(request.user(), request.admin(), here.opened().start().user()))
        return forbidden();
      return act(here, request.control()).compose(done -> describe(new DescribeStream(request.stream())));
    }
    return find(request.stream()).compose(stream -> {
      if (!may(request.user(), request.admin(), stream.starter()))
        return forbidden();
      if (stream.produced() && stream.isRunning())
        return produced(stream, request.control());
      return stream.isRunning() ? pass(stream, request, DescribedStream.class) : describe(stream);
    });
  }

  private Future<Void> act(RunningStream stream, Control control) {
    switch (control) {
      case PAUSE -> stream.pause();
      case RESUME -> stream.resume();
      case CANCEL -> stream.cancel();
    }
    // What is answered is what a reader of the log finds.
    return stream.logged().compose(logged -> control == Control.CANCEL || !stream.opened().start().durable()
        ? Future.succeededFuture()
        : available(pausings.note(stream)));
  }

  private Future<DescribedStream> produced(StoredStream stream, Control control) {
    if (control != Control.CANCEL)
      return Future.failedFuture(Refusal.of(ErrorCode.CONFLICT, "This answer is generated elsewhere; it can only be cancelled."));
    return producers.cancel(stream).compose(done -> describe(new DescribeStream(stream.id())));
  }

  Future<BusMessage.Done> cancel(CancelStream request) {
    return control(new ControlStream(request.stream(), request.user(), request.admin(), Control.CANCEL)).map(BusMessage.Done.DONE);
  }

  Future<CancelledStreams> cancelRoom(CancelRoomStreams request) {
    return available(log.running(List.of(request.room()))).compose(streams -> {
      List<StreamId> cancelled = new ArrayList<>();
      List<Future<?>> ends = new ArrayList<>();
      for (StoredStream stream : streams)
        if (may(request.user(), request.admin(), stream.starter())) {
          cancelled.add(stream.id());
          ends.add(control(new ControlStream(stream.id(), request.user(), request.admin(), Control.CANCEL)));
        }
      return Future.join(ends).map(new CancelledStreams(cancelled));
    });
  }

  Future<BusMessage.Done> readerGone(ReaderGone request) {
    fanout.unwatch(request.gateway(), List.of(), List.of(request.stream()));
    if (runs.get(request.stream()) != null) {
      runs.readersChanged(List.of(request.stream()));
      return Future.succeededFuture(BusMessage.Done.DONE);
    }
    return available(log.find(request.stream())).compose(found -> found.filter(stream -> stream.isRunning() && isElsewhere(stream))
        .map(stream -> pass(stream, request, BusMessage.Done.class)).orElseGet(() -> Future.succeededFuture(BusMessage.Done.DONE)));
  }

  Future<DescribedStream> describe(DescribeStream request) {
    return here(request.stream(), 0, Integer.MAX_VALUE).map(page -> Future.succeededFuture(Description.of(page)))
        .orElseGet(() -> find(request.stream()).compose(this::describe));
  }

  /** Of a stream that is in no log, but on this node. */
  Optional<StreamPage> here(StreamId stream, long after, int limit) {
    RunningStream running = runs.get(stream);
    return unlogged.page(stream, after, limit, running == null ? "STREAMING" : running.status());
  }

  private Future<DescribedStream> describe(StoredStream stream) {
    return available(new Description(log, stream).read());
  }

  Future<DescribedStreams> describe(DescribeRoom request) {
    return available(log.running(List.of(request.room()))).compose(streams -> {
      List<Future<DescribedStream>> described = streams.stream().limit(MAX_DESCRIBED).map(this::describe).toList();
      return Future.join(described).map(done -> new DescribedStreams(done.list()));
    });
  }

  Future<MeasuredStream> measure(MeasureStream request) {
    RunningStream here = runs.get(request.stream());
    if (here != null)
      return Future.succeededFuture(new MeasuredStream(here.metrics(), here.opened().start().user(), here.opened().start().room()));
    return find(request.stream()).compose(stream -> stream.isRunning() && !stream.produced()
        ? pass(stream, request, MeasuredStream.class)
        : available(log.page(stream.id(), Math.max(0, stream.head() - 1), 1))
            .compose(records -> !records.isEmpty() && records.getFirst() instanceof StreamRecord.End end
                ? Future.succeededFuture(end.metrics())
                : producers.metrics(stream.id()))
            .map(metrics -> new MeasuredStream(metrics, stream.starter(), stream.room())));
  }

  private static boolean may(UserId user, boolean admin, UserId starter) {
    return admin || user.equals(starter);
  }

  private static <T> Future<T> forbidden() {
    return Future.failedFuture(Refusal.of(ErrorCode.FORBIDDEN, "Only who started a stream may control it."));
  }

  /** To its owner; while it has none that lives, the caller tries again. */
  private <A extends BusMessage> Future<A> pass(StoredStream stream, StreamingMessage request, Class<A> answer) {
    return isElsewhere(stream)
        ? node.bus().request(Addresses.streaming(stream.ownerNode()), request, answer, Bus.TIMEOUT)
        : Future.failedFuture(NotCarriedOut.moved());
  }

  private boolean isElsewhere(StoredStream stream) {
    return !stream.ownerNode().equals(node.self()) && node.cluster().members().contains(stream.ownerNode());
  }

  Future<StoredStream> find(StreamId id) {
    return available(log.find(id)).map(found -> found.orElseThrow(() -> Refusal.of(ErrorCode.NOT_FOUND, "There is no such stream.")));
  }

  /** What PostgreSQL does not answer is not there for now. */
  static <T> Future<T> available(Future<T> asked) {
    return asked.recover(failure -> Future.failedFuture(
        failure instanceof Refusal ? failure : Refusal.of(ErrorCode.UNAVAILABLE, "The streams cannot be read at the moment.")));
  }
}

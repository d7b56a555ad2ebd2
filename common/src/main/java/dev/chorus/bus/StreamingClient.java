package dev.chorus.bus;

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
import dev.chorus.bus.StreamingMessage.StreamPage;
import dev.chorus.bus.StreamingMessage.WatchStreams;
import dev.chorus.bus.StreamingMessage.WatchedStreams;
import dev.chorus.cluster.Role;
import dev.chorus.model.NodeId;
import io.vertx.core.Future;

/** Streaming over the bus. Batches, whose caller has grouped them by owner, go to a node, once. */
public final class StreamingClient {
  private final Bus bus;
  private final Owners owners;

  public StreamingClient(Bus bus, Owners owners) {
    this.bus = bus;
    this.owners = owners;
  }

  /** Repeated only where it was surely not carried out: a second start would be a second answer. */
  public Future<StartedStream> start(StartStream request) {
    return call(request.stream().key(), request, StartedStream.class, Owners.Repeat.IF_NOT_CARRIED_OUT);
  }

  public Future<StreamPage> read(ReadStream request) {
    return call(request.stream().key(), request, StreamPage.class, Owners.Repeat.ALWAYS);
  }

  public Future<BusMessage.Done> cancel(CancelStream request) {
    return call(request.stream().key(), request, BusMessage.Done.class, Owners.Repeat.ALWAYS);
  }

  public Future<BusMessage.Done> readerGone(ReaderGone request) {
    return call(request.stream().key(), request, BusMessage.Done.class, Owners.Repeat.ALWAYS);
  }

  public Future<DescribedStream> describe(DescribeStream request) {
    return call(request.stream().key(), request, DescribedStream.class, Owners.Repeat.ALWAYS);
  }

  public Future<ListedStreams> list(ListStreams request) {
    return call(request.room().value(), request, ListedStreams.class, Owners.Repeat.ALWAYS);
  }

  public Future<ListedModels> models() {
    return call("models", new ListModels(), ListedModels.class, Owners.Repeat.ALWAYS);
  }

  public Future<DescribedStream> control(ControlStream request) {
    return call(request.stream().key(), request, DescribedStream.class, Owners.Repeat.ALWAYS);
  }

  public Future<CancelledStreams> cancelRoom(CancelRoomStreams request) {
    return call(request.room().value(), request, CancelledStreams.class, Owners.Repeat.ALWAYS);
  }

  public Future<DescribedStreams> describeRoom(DescribeRoom request) {
    return call(request.room().value(), request, DescribedStreams.class, Owners.Repeat.ALWAYS);
  }

  public Future<MeasuredStream> measure(MeasureStream request) {
    return call(request.stream().key(), request, MeasuredStream.class, Owners.Repeat.ALWAYS);
  }

  public Future<RecoveredStream> recover(RecoverStream request) {
    return call(request.stream().key(), request, RecoveredStream.class, Owners.Repeat.IF_NOT_CARRIED_OUT);
  }

  /** The agents must not be none; all have the key of the first. */
  public Future<StartedGroup> startGroup(StartGroup request) {
    return call(request.agents().getFirst().stream().key(), request, StartedGroup.class, Owners.Repeat.IF_NOT_CARRIED_OUT);
  }

  public Future<ListedStreams> listProject(ListProject request) {
    return call(request.project(), request, ListedStreams.class, Owners.Repeat.ALWAYS);
  }

  public Future<ListedStreams> listKey(ListKey request) {
    return call(request.key(), request, ListedStreams.class, Owners.Repeat.ALWAYS);
  }

  /** Of one node; {@link StreamFigures#sum} adds those of several. */
  public Future<MeasuredNode> figures(NodeId node) {
    return bus.request(Addresses.streaming(node), new MeasureNode(), MeasuredNode.class, Bus.TIMEOUT);
  }

  public Future<ProducedStream> produce(ProduceStream request) {
    return call(request.stream().key(), request, ProducedStream.class, Owners.Repeat.ALWAYS);
  }

  public Future<WatchedStreams> watch(NodeId owner, WatchStreams request) {
    return bus.request(Addresses.streaming(owner), request, WatchedStreams.class, Bus.TIMEOUT);
  }

  private <A extends BusMessage> Future<A> call(String key, StreamingMessage request, Class<A> answer, Owners.Repeat repeat) {
    return owners.call(Role.STREAMING, key, Addresses::streaming, request, answer, repeat);
  }
}

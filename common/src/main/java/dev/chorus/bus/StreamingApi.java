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
import io.vertx.core.Future;

/** What streaming does for others: the same on both sides of the bus. Refusals are failures of the future with a {@link dev.chorus.model.Refusal}. */
public interface StreamingApi {
  Future<StartedStream> start(StartStream request);

  Future<WatchedStreams> watch(WatchStreams request);

  Future<StreamPage> read(ReadStream request);

  Future<BusMessage.Done> cancel(CancelStream request);

  Future<BusMessage.Done> readerGone(ReaderGone request);

  Future<DescribedStream> describe(DescribeStream request);

  Future<ListedStreams> list(ListStreams request);

  Future<ListedModels> models(ListModels request);

  Future<DescribedStream> control(ControlStream request);

  Future<CancelledStreams> cancelRoom(CancelRoomStreams request);

  Future<DescribedStreams> describeRoom(DescribeRoom request);

  Future<MeasuredStream> measure(MeasureStream request);

  Future<RecoveredStream> recover(RecoverStream request);

  Future<StartedGroup> startGroup(StartGroup request);

  Future<ListedStreams> listProject(ListProject request);

  Future<ListedStreams> listKey(ListKey request);

  Future<MeasuredNode> figures(MeasureNode request);

  Future<ProducedStream> produce(ProduceStream request);

  /** The call behind a message. */
  default Future<? extends BusMessage> dispatch(StreamingMessage message) {
    return switch (message) {
      case StartStream call -> start(call);
      case WatchStreams call -> watch(call);
      case ReadStream call -> read(call);
      case CancelStream call -> cancel(call);
      case ReaderGone call -> readerGone(call);
      case DescribeStream call -> describe(call);
      case ListStreams call -> list(call);
      case ListModels call -> models(call);
      case ControlStream call -> control(call);
      case CancelRoomStreams call -> cancelRoom(call);
      case DescribeRoom call -> describeRoom(call);
      case MeasureStream call -> measure(call);
      case RecoverStream call -> recover(call);
      case StartGroup call -> startGroup(call);
      case ListProject call -> listProject(call);
      case ListKey call -> listKey(call);
      case MeasureNode call -> figures(call);
      case ProduceStream call -> produce(call);
      default -> throw new IllegalArgumentException("not a call: " + message.getClass().getSimpleName());
    };
  }
}

package dev.chorus.bus;

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
      default -> throw new IllegalArgumentException("not a call: " + message.getClass().getSimpleName());
    };
  }
}

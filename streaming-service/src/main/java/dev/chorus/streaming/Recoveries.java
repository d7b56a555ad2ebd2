package dev.chorus.streaming;

import dev.chorus.bus.StreamingMessage.RecoverStream;
import dev.chorus.bus.StreamingMessage.RecoveredStream;
import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Refusal;
import dev.chorus.streaming.fanout.Fanout;
import dev.chorus.streaming.log.Plan;
import dev.chorus.streaming.log.StoredStream;
import dev.chorus.streaming.log.StreamLog;
import dev.chorus.streaming.recovery.Said;
import io.vertx.core.Future;

/** Makes new streams out of failed ones: they begin with the good text and go on. */
final class Recoveries {
  private final Controls controls;
  private final StreamLog log;
  private final Starts starts;
  private final Fanout fanout;

  Recoveries(Controls controls, StreamLog log, Starts starts, Fanout fanout) {
    this.controls = controls;
    this.log = log;
    this.starts = starts;
    this.fanout = fanout;
  }

  Future<RecoveredStream> recover(RecoverStream request) {
    return controls.find(request.failed()).compose(failed -> {
      if (!request.admin() && !request.user().equals(failed.starter()))
        return refused(ErrorCode.FORBIDDEN, "Only who started a stream may recover it.");
      if (!failed.status().equals("FAILED"))
        return refused(ErrorCode.CONFLICT, "Only a stream that has failed can be recovered; this one is " + failed.status() + ".");
      return Controls.available(log.plan(failed.id()))
          .compose(plan -> plan.map(found -> goOn(request, failed, found)).orElseGet(() -> refused(ErrorCode.CONFLICT,
              "What this stream was asked for is not kept, so it cannot be recovered.")));
    });
  }

  private Future<RecoveredStream> goOn(RecoverStream request, StoredStream failed, Plan old) {
    Plan plan = old.as(request.stream(), failed.id(), request.gateway(), request.requestId());
    StartStream start = plan.start();
    return Controls.available(log.whole(failed.id())).compose(records -> starts.start(plan, () -> {
      if (start.gateway() != null)
        fanout.watch(start.gateway(), start.stream());
    }, stream -> starts.begin(stream, Said.of(records))))
        .map(started -> new RecoveredStream(started.streamId(), started.epoch(), failed.id(), started.existing()));
  }

  private static <T> Future<T> refused(ErrorCode code, String message) {
    return Future.failedFuture(Refusal.of(code, message));
  }
}

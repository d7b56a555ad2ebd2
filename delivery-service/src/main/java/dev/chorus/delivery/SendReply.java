package dev.chorus.delivery;

import dev.chorus.bus.DeliveryMessage.SentMessages;
import dev.chorus.bus.DeliveryMessage.Verdict;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Arrays;

/** The answer to one batch of sends, complete when each of them has its verdict. */
final class SendReply {
  private final Verdict[] verdicts;
  private final Promise<SentMessages> promise = Promise.promise();
  private int open;

  SendReply(int size) {
    verdicts = new Verdict[size];
    open = size;
    if (size == 0)
      complete();
  }

  /** Once for each place. */
  void set(int place, Verdict verdict) {
    verdicts[place] = verdict;
    if (--open == 0)
      complete();
  }

  private void complete() {
    promise.complete(new SentMessages(Arrays.asList(verdicts)));
  }

  Future<SentMessages> future() {
    return promise.future();
  }
}

package dev.chorus.gateway.http;

import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.model.UserId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

/** Reads the body of a request up to a bound, and for so long; above it the rest is thrown away and the connection ends with the answer. */
final class RequestBody {
  /** Time enough for the longest body over a slow line; what is held of those that never end is let go. */
  private static final long PATIENCE_MS = 120_000;

  private static final long LINGER_MS = 2_000;

  private RequestBody() {}

  /** @param user whose it is */
  static Future<byte[]> read(HttpServerRequest request, int maxBytes, BodyBytes underWay, UserId user) {
    return read(request, maxBytes, underWay, user, PATIENCE_MS);
  }

  static Future<byte[]> read(HttpServerRequest request, int maxBytes, BodyBytes underWay, UserId user, long patienceMs) {
    Promise<byte[]> promise = Promise.promise();
    Vertx vertx = Vertx.currentContext().owner();
    long timer = vertx.setTimer(patienceMs, late -> refuse(request, promise,
        Problem.badRequest("The body did not come within " + patienceMs / 1000 + " s.").refusal()));
    Buffer body = Buffer.buffer();
    promise.future().onComplete(done -> {
      vertx.cancelTimer(timer);
      underWay.giveBack(user, body.length());
    });
    request.handler(bytes -> {
      if (promise.future().isComplete())
        return;
      if (body.length() + bytes.length() > maxBytes)
        tooLarge(request, maxBytes, promise);
      else
        underWay.take(user, bytes.length()).ifPresentOrElse(problem -> refuse(request, promise, problem.refusal()),
            () -> body.appendBuffer(bytes));
    });
    request.exceptionHandler(gone -> promise.tryFail(Problem.badRequest("The body ended early.").refusal()));
    request.endHandler(end -> promise.tryComplete(body.getBytes()));
    if (declared(request) > maxBytes)
      tooLarge(request, maxBytes, promise);
    request.resume();
    return promise.future();
  }

  private static long declared(HttpServerRequest request) {
    String length = request.getHeader("Content-Length");
    try {
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException notANumber) {
      return 0;
    }
  }

  private static void tooLarge(HttpServerRequest request, int maxBytes, Promise<byte[]> promise) {
    refuse(request, promise, Refusal.of(ErrorCode.TOO_LARGE, "The body is longer than " + maxBytes + " bytes."));
  }

  private static void refuse(HttpServerRequest request, Promise<byte[]> promise, Refusal refusal) {
    if (!request.response().headWritten())
      request.response().putHeader("Connection", "close");
    if (!promise.tryFail(refusal))
      return;
    // The answer alone does not end it as long as more of the body may come; whoever sends that has time to read the answer.
    Vertx.currentContext().owner().setTimer(LINGER_MS, told -> request.connection().close());
  }
}

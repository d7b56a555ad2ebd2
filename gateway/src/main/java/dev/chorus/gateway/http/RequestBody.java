package dev.chorus.gateway.http;

import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

/** Reads the body of a request up to a bound; above it the rest is thrown away and the connection ends with the answer. */
final class RequestBody {
  private RequestBody() {}

  static Future<byte[]> read(HttpServerRequest request, int maxBytes) {
    Promise<byte[]> promise = Promise.promise();
    Buffer body = Buffer.buffer();
    request.handler(bytes -> {
      if (promise.future().isComplete())
        return;
      if (body.length() + bytes.length() <= maxBytes)
        body.appendBuffer(bytes);
      else
        tooLarge(request, maxBytes, promise);
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
    if (!request.response().headWritten())
      request.response().putHeader("Connection", "close");
    promise.tryFail(Refusal.of(ErrorCode.TOO_LARGE, "The body is longer than " + maxBytes + " bytes."));
  }
}

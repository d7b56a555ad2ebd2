package dev.chorus.streaming.exchange;

import dev.chorus.streaming.provider.Generation;
import dev.chorus.streaming.provider.ProviderFailure;
import dev.chorus.streaming.provider.ProviderFailure.Cause;
import dev.chorus.streaming.provider.ProviderSink;
import dev.chorus.streaming.provider.Timeouts;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Locale;

/** One answer of a provider over HTTP. What the bytes mean is the decoders' business; here is when to read them and when it is over. */
final class Exchange implements Generation {
  private static final int MAX_ERROR_BYTES = 64 * 1024;
  /** How long the usage, or the end of the body, may come behind the finish. */
  private static final long AFTER_FINISH_MS = 2000;
  private final Vertx vertx;
  private final Clock clock;
  private final ProviderSink sink;
  private final ErrorBody errors;
  private final Decoder decoder;
  private final Runnable released;
  private HttpClientRequest request;
  private HttpClientResponse response;
  private final Intake intake = new Intake();
  private Long afterFinish;
  private boolean over;

  Exchange(Vertx vertx, Clock clock, ProviderSink sink, ErrorBody errors, Decoder decoder, Runnable released) {
    this.vertx = vertx;
    this.clock = clock;
    this.sink = sink;
    this.errors = errors;
    this.decoder = decoder;
    this.released = released;
  }

  void send(HttpClientRequest connected, Buffer body) {
    request = connected;
    // What breaks is told by the answer's future or its handlers, and nobody waits for what was reset.
    connected.exceptionHandler(broken -> {});
    if (over) {
      connected.reset();
      return;
    }
    connected.send(body).onComplete(answered -> {
      if (over)
        return;
      if (answered.failed())
        unreachable();
      else
        answered(answered.result());
    });
  }

  private void answered(HttpClientResponse answer) {
    response = answer;
    answer.exceptionHandler(broken -> ended());
    intake.of(request, answer);
    if (answer.statusCode() != 200) {
      readError(answer);
      return;
    }
    String type = answer.getHeader("Content-Type");
    if (type == null || !type.toLowerCase(Locale.ROOT).startsWith(decoder.mediaType())) {
      failAndReset(ProviderFailure.of(Cause.NOT_A_STREAM, "The provider answered with something that is not an event stream."));
      return;
    }
    sink.alive();
    answer.handler(this::read).endHandler(end -> ended()).exceptionHandler(broken -> ended());
  }

  private void readError(HttpClientResponse answer) {
    Buffer body = Buffer.buffer();
    answer.handler(bytes -> {
      if (body.length() < MAX_ERROR_BYTES)
        body.appendBuffer(bytes);
    });
    Runnable whole = () -> {
      String text = body.toString(StandardCharsets.UTF_8);
      fail(errors.status(answer.statusCode(), answer.getHeader("x-amzn-errortype"), text,
          RetryAfter.read(answer.getHeader("retry-after-ms"), answer.getHeader("Retry-After"), clock.millis())));
    };
    answer.endHandler(end -> whole.run()).exceptionHandler(broken -> whole.run());
  }

  private void read(Buffer bytes) {
    if (over)
      return;
    sink.alive();
    decoder.feed(bytes.getBytes(), this::hear);
    if (!over && decoder.isWhole() && afterFinish == null)
      awaitUsage(AFTER_FINISH_MS);
  }

  private void awaitUsage(long wait) {
    long due = clock.millis() + wait;
    afterFinish = vertx.setTimer(wait, timer -> {
      afterFinish = null;
      if (over)
        return;
      if (Timeouts.isLate(due, clock.millis()))
        awaitUsage(Timeouts.AGAIN_MS);
      else
        finishAndReset();
    });
  }

  private void hear(Heard heard) {
    if (over)
      return;
    switch (heard) {
      case Heard.Counted counted -> sink.counted(counted.usage());
      case Heard.Said said -> sink.frame(said.frame());
      case Heard.Failed failed -> {
        // Behind every reason only the usage is missing: the answer itself stands.
        if (decoder.isWhole())
          finishAndReset();
        else
          failAndReset(failed.failure());
      }
      case Heard.Done done -> {
        // The body ends behind it, and with that the connection is free again; a provider that keeps it open loses it.
        HttpClientRequest open = request;
        long patience = vertx.setTimer(AFTER_FINISH_MS, timer -> open.reset());
        response.endHandler(end -> vertx.cancelTimer(patience));
        response.resume();
        ended();
      }
    }
  }

  private void ended() {
    if (over)
      return;
    if (decoder.saidWhy())
      finish();
    else
      failAndReset(ProviderFailure.of(Cause.TRUNCATED, "The provider's answer broke off without a finish reason."));
  }

  private void finish() {
    if (close())
      sink.finished(decoder.finish());
  }

  private void finishAndReset() {
    finish();
    request.reset();
  }

  boolean isOver() {
    return over;
  }

  String mediaType() {
    return decoder.mediaType();
  }

  void unreachable() {
    fail(ProviderFailure.of(Cause.UNREACHABLE, "The provider could not be reached."));
  }

  void fail(ProviderFailure failure) {
    if (close())
      sink.failed(failure);
  }

  private void failAndReset(ProviderFailure failure) {
    boolean open = !over;
    fail(failure);
    // Behind the failure, since resetting is heard as the end of the answer.
    if (open)
      request.reset();
  }

  private boolean close() {
    if (over)
      return false;
    over = true;
    intake.close();
    if (afterFinish != null)
      vertx.cancelTimer(afterFinish);
    released.run();
    return true;
  }

  @Override
  public void pause() {
    intake.pause();
  }

  @Override
  public void resume() {
    intake.resume();
  }

  @Override
  public void rest(boolean now) {
    if (!over)
      intake.rest(now);
  }

  @Override
  public void cancel() {
    if (close() && request != null)
      request.reset();
  }
}

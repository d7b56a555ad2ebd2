package dev.chorus.streaming.attempt;

import dev.chorus.protocol.Usage;
import dev.chorus.streaming.provider.Finish;
import dev.chorus.streaming.provider.Frame;
import dev.chorus.streaming.provider.Generation;
import dev.chorus.streaming.provider.Provider;
import dev.chorus.streaming.provider.ProviderFailure;
import dev.chorus.streaming.provider.ProviderFailure.Cause;
import dev.chorus.streaming.provider.ProviderRequest;
import dev.chorus.streaming.provider.ProviderSink;
import dev.chorus.streaming.provider.Timeouts;
import dev.chorus.trace.Traces;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One attempt under supervision: it watches the provider's silence, and holds back the frames before the first token, so that an attempt that fails before it leaves no trace.
 * Its listener hears exactly one of finished and failed, unless it was cancelled.
 */
public final class Attempt implements ProviderSink {
  private static final int MAX_HELD = 256;

  /** Who waits for the answer. */
  public interface Listener {
    /** The first token is here; frames follow. */
    void firstToken(Attempt attempt);

    void frame(Frame frame);

    void finished(Attempt attempt, Finish finish);

    void failed(Attempt attempt, ProviderFailure failure);
  }

  private final Vertx vertx;
  private final Clock clock;
  private final Next.Try what;
  private final Listener listener;
  private final List<Frame> held = new ArrayList<>(2);
  private final long startedAt;
  private Generation generation;
  private long timer = -1;
  private long lookAt;
  private long aliveAt;
  private Usage usage;
  private boolean begun;
  private boolean paused;
  private long pausedAt;
  private long pausedMs;
  private boolean over;
  private Span span = Span.getInvalid();

  public Attempt(Vertx vertx, Clock clock, Next.Try what, Listener listener) {
    this.vertx = vertx;
    this.clock = clock;
    this.what = what;
    this.listener = listener;
    this.startedAt = clock.millis();
    this.aliveAt = startedAt;
  }

  /** @param part of a trace, that ends with the attempt */
  public void start(Provider provider, ProviderRequest request, Span part) {
    span = part;
    generation = provider.open(request, this);
    watch();
  }

  public Next.Try what() {
    return what;
  }

  /** Milliseconds since it began. */
  public long age() {
    return clock.millis() - startedAt;
  }

  public boolean hasBegun() {
    return begun;
  }

  @Override
  public String traceparent() {
    return Traces.traceparent(span);
  }

  @Override
  public void alive() {
    aliveAt = clock.millis();
  }

  /** What the provider has counted so far, or null. */
  public Usage usage() {
    return usage;
  }

  @Override
  public void counted(Usage sofar) {
    usage = sofar;
  }

  @Override
  public void frame(Frame frame) {
    if (over)
      return;
    if (begun) {
      listener.frame(frame);
    } else if (frame.token()) {
      held.add(frame);
      begin();
    } else if (held.size() < MAX_HELD) {
      held.add(frame);
    } else {
      fail(ProviderFailure.of(Cause.MALFORMED, "The provider sent too much that is not part of an answer."));
    }
  }

  private void begin() {
    begun = true;
    listener.firstToken(this);
    for (Frame frame : held)
      if (!over)
        listener.frame(frame);
    held.clear();
  }

  @Override
  public void finished(Finish finish) {
    if (over)
      return;
    if (!begun)
      begin();
    if (close())
      listener.finished(this, finish);
  }

  @Override
  public void failed(ProviderFailure failure) {
    if (!over)
      span.setAttribute("error.type", failure.cause().name().toLowerCase(Locale.ROOT)).setStatus(StatusCode.ERROR);
    if (close())
      listener.failed(this, failure);
  }

  private void fail(ProviderFailure failure) {
    generation.cancel();
    failed(failure);
  }

  /** One timer for all three limits: it is set for the nearest, and set anew if the provider was heard meanwhile. */
  private void watch() {
    if (over)
      return;
    Timeouts limits = what.target().timeouts();
    long now = clock.millis();
    boolean late = timer >= 0 && Timeouts.isLate(lookAt, now);
    long total = startedAt + limits.totalMs() + pausedMs + (paused ? now - pausedAt : 0);
    // While we do not read, silence is ours.
    long silence = paused ? Long.MAX_VALUE : begun ? aliveAt + limits.interChunkMs() : startedAt + pausedMs + limits.firstTokenMs();
    if (now >= total)
      fail(ProviderFailure.of(Cause.TOO_LONG, "The provider took too long for the whole answer."));
    else if (now >= silence && late)
      look(now, Timeouts.AGAIN_MS);
    else if (now >= silence && !begun)
      fail(ProviderFailure.of(Cause.NO_FIRST_TOKEN, "The provider did not begin its answer in time."));
    else if (now >= silence)
      fail(ProviderFailure.of(Cause.STALLED, "The provider fell silent in the middle of its answer."));
    else {
      // Once begun, the limit that may shorten is the one between chunks: look again at least that often.
      long wait = Math.min(Math.min(total, silence) - now, limits.interChunkMs());
      look(now, Math.max(1, wait));
    }
  }

  private void look(long now, long wait) {
    lookAt = now + wait;
    timer = vertx.setTimer(wait, due -> watch());
  }

  /** Whether the provider is read. While it is not, no time runs. */
  public void reading(boolean reads) {
    if (over || generation == null || reads != paused)
      return;
    paused = !reads;
    if (paused) {
      pausedAt = clock.millis();
      generation.pause();
    } else {
      aliveAt = clock.millis();
      pausedMs += aliveAt - pausedAt;
      generation.resume();
    }
  }

  /** Under load the provider is read now and then, and much at once. No limit is touched by it: it is a matter of milliseconds. */
  public void rest(boolean now) {
    if (!over && generation != null)
      generation.rest(now);
  }

  /** The listener hears nothing any more, the provider's work ends. */
  public void cancel() {
    if (close() && generation != null)
      generation.cancel();
  }

  private boolean close() {
    if (over)
      return false;
    over = true;
    span.end();
    if (timer >= 0)
      vertx.cancelTimer(timer);
    return true;
  }
}

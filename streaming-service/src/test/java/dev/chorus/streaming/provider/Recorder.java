package dev.chorus.streaming.provider;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Writes down what an attempt says; its end is a {@link Finish} or a {@link ProviderFailure}. */
public final class Recorder implements ProviderSink {
  public static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  public final List<Frame> frames = new ArrayList<>();
  public final CompletableFuture<Object> end = new CompletableFuture<>();
  private final AtomicInteger ends = new AtomicInteger();
  private final AtomicInteger alive = new AtomicInteger();

  @Override
  public String traceparent() {
    return TRACEPARENT;
  }

  @Override
  public void alive() {
    alive.incrementAndGet();
  }

  @Override
  public synchronized void frame(Frame frame) {
    frames.add(frame);
  }

  @Override
  public void finished(Finish finish) {
    ends.incrementAndGet();
    end.complete(finish);
  }

  @Override
  public void failed(ProviderFailure failure) {
    ends.incrementAndGet();
    end.complete(failure);
  }

  /** How often it has ended. */
  public int timesEnded() {
    return ends.get();
  }

  /** How often bytes came. */
  public int timesAlive() {
    return alive.get();
  }

  public Object awaitEnd() throws Exception {
    return end.get(60, TimeUnit.SECONDS);
  }

  public synchronized int size() {
    return frames.size();
  }

  public synchronized <T extends Piece> List<T> pieces(Class<T> kind) {
    return frames.stream().flatMap(frame -> frame.pieces().stream()).filter(kind::isInstance).map(kind::cast).toList();
  }

  public synchronized String text() {
    StringBuilder text = new StringBuilder();
    for (Frame frame : frames)
      for (Piece piece : frame.pieces())
        if (piece instanceof Piece.Content content)
          text.append(content.text());
    return text.toString();
  }
}

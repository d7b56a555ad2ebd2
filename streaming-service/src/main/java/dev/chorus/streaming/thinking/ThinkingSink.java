package dev.chorus.streaming.thinking;

import dev.chorus.protocol.Usage;
import dev.chorus.streaming.provider.Finish;
import dev.chorus.streaming.provider.Frame;
import dev.chorus.streaming.provider.Piece;
import dev.chorus.streaming.provider.ProviderFailure;
import dev.chorus.streaming.provider.ProviderSink;
import java.util.ArrayList;
import java.util.List;

/** Passes an attempt on, with the pieces of its frames sorted into text and reasoning. Most frames pass as they are. */
final class ThinkingSink implements ProviderSink {
  private final ProviderSink sink;
  private final ThinkingTags tags = new ThinkingTags();

  ThinkingSink(ProviderSink sink) {
    this.sink = sink;
  }

  @Override
  public String traceparent() {
    return sink.traceparent();
  }

  @Override
  public void alive() {
    sink.alive();
  }

  @Override
  public void frame(Frame frame) {
    for (Piece piece : frame.pieces()) {
      boolean passes = piece instanceof Piece.Content(String text) ? tags.leavesAlone(text) : !tags.holdsBack();
      if (!passes) {
        sort(frame);
        return;
      }
    }
    sink.frame(frame);
  }

  private void sort(Frame frame) {
    List<Piece> sorted = new ArrayList<>(frame.pieces().size() + 1);
    for (Piece piece : frame.pieces()) {
      if (piece instanceof Piece.Content(String text)) {
        tags.add(text, sorted::add);
      } else {
        // What comes between two texts ends the first: no tag goes across it.
        tags.end(sorted::add);
        sorted.add(piece);
      }
    }
    // Held back whole, and nobody wants its form: the next frame brings it.
    if (!sorted.isEmpty() || frame.raw() != null)
      sink.frame(new Frame(sorted, frame.token(), frame.raw()));
  }

  @Override
  public void counted(Usage usage) {
    sink.counted(usage);
  }

  @Override
  public void finished(Finish finish) {
    List<Piece> rest = new ArrayList<>(1);
    tags.end(rest::add);
    if (!rest.isEmpty())
      sink.frame(new Frame(rest, true, null));
    sink.finished(finish);
  }

  /** What was held back is lost with the attempt: whoever goes on from what was said, goes on before it. */
  @Override
  public void failed(ProviderFailure failure) {
    sink.failed(failure);
  }
}

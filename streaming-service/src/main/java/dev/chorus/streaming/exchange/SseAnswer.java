package dev.chorus.streaming.exchange;

import dev.chorus.streaming.provider.Finish;
import dev.chorus.streaming.provider.ProviderFailure;
import dev.chorus.streaming.provider.ProviderFailure.Cause;
import java.util.function.Consumer;

/** An answer as server-sent events. */
public final class SseAnswer implements Decoder {
  private static final int MAX_EVENT_BYTES = 8 * 1024 * 1024;
  private final SseDecoder sse = new SseDecoder(MAX_EVENT_BYTES);
  private final EventReader reader;

  public SseAnswer(EventReader reader) {
    this.reader = reader;
  }

  @Override
  public String mediaType() {
    return "text/event-stream";
  }

  @Override
  public void feed(byte[] bytes, Consumer<Heard> heard) {
    try {
      for (String event : sse.feed(bytes))
        reader.on(event, heard);
    } catch (SseDecoder.TooLarge tooLarge) {
      heard.accept(new Heard.Failed(ProviderFailure.of(Cause.MALFORMED, "The provider sent an event that is too large.")));
    }
  }

  @Override
  public boolean isWhole() {
    return reader.isWhole();
  }

  @Override
  public boolean saidWhy() {
    return reader.saidWhy();
  }

  @Override
  public Finish finish() {
    return reader.finish();
  }
}

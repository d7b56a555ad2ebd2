package dev.chorus.streaming.answer;

import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.bus.StreamingMessage.StreamHead;
import dev.chorus.protocol.Event;

/**
 * A stream that is in the log and may begin.
 *
 * @param provider the first that will be asked
 * @param openedAt milliseconds since the epoch
 */
public record Opened(StartStream start, String epoch, String model, String provider, long openedAt) {
  public Event.StreamOpen open() {
    return new Event.StreamOpen(start.stream(), epoch, start.agentId(), null, model, provider, start.user(), openedAt);
  }

  /** @param status STREAMING, or that of its end */
  public StreamHead head(long head, String status) {
    return new StreamHead(start.stream(), start.room(), epoch, head, status);
  }
}

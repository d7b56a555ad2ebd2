package dev.chorus.streaming.answer;

import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.bus.StreamingMessage.StreamHead;
import dev.chorus.protocol.Event;
import dev.chorus.streaming.log.Plan;

/**
 * A stream that is in the log and may begin.
 *
 * @param provider the first that will be asked
 * @param openedAt milliseconds since the epoch
 * @param slot of the log that its records are in
 */
public record Opened(Plan plan, String epoch, String model, String provider, long openedAt, int slot) {
  /** The same, with its records in that slot. */
  public Opened in(int itsSlot) {
    return new Opened(plan, epoch, model, provider, openedAt, itsSlot);
  }

  public StartStream start() {
    return plan.start();
  }

  public Event.StreamOpen open() {
    String group = plan.place() == null ? null : plan.place().group();
    return new Event.StreamOpen(start().stream(), epoch, start().agentId(), group, model, provider, start().user(), openedAt);
  }

  /** @param status STREAMING, PAUSED, or that of its end */
  public StreamHead head(long head, String status) {
    return new StreamHead(start().stream(), start().room(), epoch, head, status);
  }
}

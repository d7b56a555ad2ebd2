package dev.chorus.streaming.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.protocol.Json;
import dev.chorus.streaming.exchange.Decoder;
import dev.chorus.streaming.exchange.ErrorBody;
import dev.chorus.streaming.exchange.Heard;
import dev.chorus.streaming.provider.Finish;
import dev.chorus.streaming.provider.ProviderFailure;
import dev.chorus.streaming.provider.ProviderFailure.Cause;
import java.io.IOException;
import java.util.function.Consumer;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

/**
 * An answer in the frames of {@code application/vnd.amazon.eventstream}: events, exceptions and errors, each with headers, a JSON payload, and two checksums that are checked. A
 * frame that does not come whole is none.
 */
final class EventStreamAnswer implements Decoder {
  private final EventFrames frames = new EventFrames();
  private final EventBody events;
  private final ErrorBody errors;

  EventStreamAnswer(EventBody events, ErrorBody errors) {
    this.events = events;
    this.errors = errors;
  }

  @Override
  public String mediaType() {
    return "application/vnd.amazon.eventstream";
  }

  @Override
  public void feed(byte[] bytes, Consumer<Heard> heard) {
    try {
      frames.feed(bytes, frame -> on(frame, heard));
    } catch (EventFrames.Damaged damaged) {
      heard.accept(new Heard.Failed(ProviderFailure.of(Cause.MALFORMED, "The provider sent a frame that is damaged.")));
    }
  }

  private void on(Message frame, Consumer<Heard> heard) {
    JsonNode payload;
    try {
      byte[] bytes = frame.getPayload();
      payload = bytes.length == 0 ? Json.MAPPER.createObjectNode() : Json.read(bytes, 0, bytes.length);
    } catch (IOException notJson) {
      heard.accept(new Heard.Failed(ProviderFailure.of(Cause.MALFORMED, "The provider sent something that is not an event of an answer.")));
      return;
    }
    switch (header(frame, ":message-type")) {
      case "exception" ->
        heard.accept(new Heard.Failed(errors.inBand(header(frame, ":exception-type"), payload.path("message").asText(""))));
      case "error" -> heard.accept(new Heard.Failed(errors.inBand(header(frame, ":error-code"), header(frame, ":error-message"))));
      default -> events.on(header(frame, ":event-type"), payload, heard);
    }
  }

  /** Empty where there is none. */
  private static String header(Message frame, String name) {
    HeaderValue value = frame.getHeaders().get(name);
    return value == null ? "" : value.getString();
  }

  @Override
  public boolean isWhole() {
    return events.isWhole();
  }

  @Override
  public boolean saidWhy() {
    return events.saidWhy();
  }

  @Override
  public Finish finish() {
    return events.finish();
  }
}

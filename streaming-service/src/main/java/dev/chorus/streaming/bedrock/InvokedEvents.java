package dev.chorus.streaming.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.streaming.anthropic.MessagesReader;
import dev.chorus.streaming.exchange.Heard;
import dev.chorus.streaming.provider.Finish;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.Consumer;

/** The events of an invoked model of Anthropic's: each frame carries one of its own events in base64. */
final class InvokedEvents implements EventBody {
  private final MessagesReader messages;

  InvokedEvents(MessagesReader messages) {
    this.messages = messages;
  }

  @Override
  public void on(String type, JsonNode payload, Consumer<Heard> heard) {
    if (!type.equals("chunk"))
      return;
    String event;
    try {
      event = new String(Base64.getDecoder().decode(payload.path("bytes").asText("")), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notBase64) {
      // Read below as what it is: no event.
      event = "";
    }
    messages.on(event, heard);
  }

  @Override
  public boolean isWhole() {
    return messages.isWhole();
  }

  @Override
  public boolean saidWhy() {
    return messages.saidWhy();
  }

  @Override
  public Finish finish() {
    return messages.finish();
  }
}

package dev.chorus.streaming.anthropic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.protocol.Json;
import dev.chorus.protocol.ToolDelta;
import dev.chorus.streaming.exchange.ErrorBody;
import dev.chorus.streaming.exchange.EventReader;
import dev.chorus.streaming.exchange.Heard;
import dev.chorus.streaming.provider.ChatFrames;
import dev.chorus.streaming.provider.Finish;
import dev.chorus.streaming.provider.Frame;
import dev.chorus.streaming.provider.PrefixGap;
import dev.chorus.streaming.provider.ProviderFailure;
import dev.chorus.streaming.provider.ProviderFailure.Cause;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Reads the events of one streamed message. Text and thinking become pieces, client tools become tool calls numbered in their order; blocks and deltas of other kinds (signatures,
 * citations, what the provider's own tools do) say nothing to a reader of an answer and are left out, as are events that are not known.
 */
public final class MessagesReader implements EventReader {
  /** A tool call by the index of its block. */
  private record Call(int number, boolean hasInput) {}

  private final ChatFrames frames;
  private final ErrorBody errors;
  private final PrefixGap gap;
  private final Tally tally = new Tally();
  private final Map<Integer, Call> calls = new HashMap<>();
  private int callsSoFar;
  private boolean begun;
  private boolean spoken;
  private String reason;

  /** @param frames in which the answer is said again for readers of chat completions */
  public MessagesReader(ChatFrames frames, ErrorBody errors, PrefixGap gap) {
    this.frames = frames;
    this.errors = errors;
    this.gap = gap;
  }

  @Override
  public void on(String data, Consumer<Heard> heard) {
    JsonNode event;
    try {
      event = Json.read(data);
    } catch (JsonProcessingException notJson) {
      heard.accept(malformed());
      return;
    }
    if (!event.isObject() || !event.path("type").isTextual())
      heard.accept(malformed());
    else
      on(event, heard);
  }

  private void on(JsonNode event, Consumer<Heard> heard) {
    switch (event.path("type").textValue()) {
      case "message_start" -> messageStarted(event.path("message"), heard);
      case "content_block_start" -> blockStarted(event.path("index").asInt(0), event.path("content_block"), heard);
      case "content_block_delta" -> delta(event.path("index").asInt(0), event.path("delta"), heard);
      case "content_block_stop" -> blockStopped(event.path("index").asInt(0), heard);
      case "message_delta" -> messageChanged(event, heard);
      case "message_stop" -> heard.accept(new Heard.Done());
      case "error" -> heard.accept(new Heard.Failed(errors.inBand(event)));
      default -> {
        // Pings, and what newer versions of the dialect may add.
      }
    }
  }

  private void messageStarted(JsonNode message, Consumer<Heard> heard) {
    // A provider that hands an answer over to another of its models begins a message anew, and with it the numbers of the blocks.
    calls.clear();
    tally.add(message.path("usage"));
    heard.accept(new Heard.Counted(tally.usage()));
    if (!begun && frames.isRaw())
      say(frames.role(), heard);
    begun = true;
  }

  private void blockStarted(int index, JsonNode block, Consumer<Heard> heard) {
    switch (block.path("type").asText("")) {
      case "text" -> text(block.path("text").asText(""), heard);
      case "thinking" -> reasoning(block.path("thinking").asText(""), heard);
      case "tool_use" -> {
        boolean whole = block.path("input").isObject() && !block.path("input").isEmpty();
        int number = callsSoFar++;
        calls.put(index, new Call(number, whole));
        spoken = true;
        say(frames.tool(new ToolDelta(number, block.path("id").textValue(), block.path("name").textValue(),
            whole ? Json.text(block.path("input")) : "")), heard);
      }
      default -> {
        // Redacted thinking, and the provider's own tools with their results.
      }
    }
  }

  private void delta(int index, JsonNode delta, Consumer<Heard> heard) {
    switch (delta.path("type").asText("")) {
      case "text_delta" -> text(delta.path("text").asText(""), heard);
      case "thinking_delta" -> reasoning(delta.path("thinking").asText(""), heard);
      case "input_json_delta" -> {
        Call call = calls.get(index);
        String json = delta.path("partial_json").asText("");
        if (call == null || json.isEmpty())
          return;
        if (!call.hasInput)
          calls.put(index, new Call(call.number, true));
        say(frames.tool(new ToolDelta(call.number, null, null, json)), heard);
      }
      default -> {
        // Signatures and citations.
      }
    }
  }

  private void text(String text, Consumer<Heard> heard) {
    String fresh = gap.after(text);
    if (fresh.isEmpty())
      return;
    spoken = true;
    say(frames.content(fresh), heard);
  }

  private void reasoning(String text, Consumer<Heard> heard) {
    if (!text.isEmpty())
      say(frames.reasoning(text), heard);
  }

  /** A call without arguments has an empty object for them in this dialect, and has it at last. */
  private void blockStopped(int index, Consumer<Heard> heard) {
    Call call = calls.remove(index);
    if (call != null && !call.hasInput)
      say(frames.tool(new ToolDelta(call.number, null, null, "{}")), heard);
  }

  private void messageChanged(JsonNode event, Consumer<Heard> heard) {
    tally.add(event.path("usage"));
    heard.accept(new Heard.Counted(tally.usage()));
    JsonNode delta = event.path("delta");
    if (!delta.path("stop_reason").isTextual())
      return;
    reason = StopReasons.word(delta.path("stop_reason").textValue());
    String why = delta.path("stop_details").path("explanation").asText("");
    if (!spoken && reason.equals("content_filter") && !why.isEmpty())
      say(frames.refusal(why), heard);
    if (frames.isRaw()) {
      say(frames.finish(reason), heard);
      say(frames.usage(tally.usage(), tally.cached()), heard);
    }
  }

  private static void say(Frame frame, Consumer<Heard> heard) {
    heard.accept(new Heard.Said(frame));
  }

  private static Heard malformed() {
    return new Heard.Failed(ProviderFailure.of(Cause.MALFORMED, "The provider sent something that is not an event of an answer."));
  }

  @Override
  public boolean isWhole() {
    return reason != null;
  }

  @Override
  public boolean saidWhy() {
    return reason != null;
  }

  @Override
  public Finish finish() {
    return new Finish(reason, tally.usage());
  }
}

package dev.chorus.streaming.responses;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.protocol.Json;
import dev.chorus.protocol.ToolDelta;
import dev.chorus.protocol.Usage;
import dev.chorus.streaming.exchange.ErrorBody;
import dev.chorus.streaming.exchange.EventReader;
import dev.chorus.streaming.exchange.Heard;
import dev.chorus.streaming.provider.ChatFrames;
import dev.chorus.streaming.provider.Finish;
import dev.chorus.streaming.provider.Frame;
import dev.chorus.streaming.provider.ProviderFailure;
import dev.chorus.streaming.provider.ProviderFailure.Cause;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Reads the events of one streamed response. Output text, summaries of reasoning, refusals and function calls become pieces; the events that repeat a part when it is done, and
 * what the provider's own tools do, say nothing new and are left out.
 */
public final class ResponsesReader implements EventReader {
  private final ChatFrames frames;
  private final ErrorBody errors;
  /** The number of a call by the index of its output item. */
  private final Map<Integer, Integer> calls = new HashMap<>();
  private int callsSoFar;
  private String reason;
  private Usage usage;

  /** @param frames in which the answer is said again for readers of chat completions */
  public ResponsesReader(ChatFrames frames, ErrorBody errors) {
    this.frames = frames;
    this.errors = errors;
  }

  @Override
  public void on(String data, Consumer<Heard> heard) {
    JsonNode event;
    try {
      event = Json.read(data);
    } catch (JsonProcessingException notJson) {
      event = Json.MAPPER.missingNode();
    }
    if (!event.path("type").isTextual())
      heard.accept(new Heard.Failed(ProviderFailure.of(Cause.MALFORMED, "The provider sent something that is not an event of an answer.")));
    else
      on(event, heard);
  }

  private void on(JsonNode event, Consumer<Heard> heard) {
    String delta = event.path("delta").asText("");
    switch (event.path("type").textValue()) {
      case "response.created" -> {
        calls.clear();
        if (frames.isRaw())
          say(frames.role(), heard);
      }
      case "response.output_text.delta" -> sayUnlessEmpty(delta, frames.content(delta), heard);
      case "response.reasoning_summary_text.delta", "response.reasoning_text.delta" ->
        sayUnlessEmpty(delta, frames.reasoning(delta), heard);
      case "response.refusal.delta" -> sayUnlessEmpty(delta, frames.refusal(delta), heard);
      case "response.output_item.added" -> itemAdded(event.path("output_index").asInt(0), event.path("item"), heard);
      case "response.function_call_arguments.delta" -> {
        Integer number = calls.get(event.path("output_index").asInt(0));
        if (number != null)
          sayUnlessEmpty(delta, frames.tool(new ToolDelta(number, null, null, delta)), heard);
      }
      case "response.completed" -> over(event.path("response"), !calls.isEmpty() ? "tool_calls" : "stop", heard);
      case "response.incomplete" -> over(event.path("response"), why(event.at("/response/incomplete_details/reason").asText("")), heard);
      case "response.failed" -> heard.accept(new Heard.Failed(errors.inBand(event.path("response"))));
      // Older servers put the error's fields beside its type.
      case "error" -> heard.accept(new Heard.Failed(event.path("error").isObject()
          ? errors.inBand(event)
          : errors.inBand(event.path("code").asText("error"), event.path("message").asText(""))));
      default -> {
        // Parts that are done, annotations, and what newer versions may add.
      }
    }
  }

  private void itemAdded(int index, JsonNode item, Consumer<Heard> heard) {
    if (!item.path("type").asText("").equals("function_call"))
      return;
    int number = callsSoFar++;
    calls.put(index, number);
    say(frames.tool(
        new ToolDelta(number, item.path("call_id").textValue(), item.path("name").textValue(), item.path("arguments").asText(""))),
        heard);
  }

  private static String why(String incomplete) {
    return switch (incomplete) {
      case "max_output_tokens" -> "length";
      case "content_filter" -> "content_filter";
      default -> incomplete.isEmpty() ? null : incomplete;
    };
  }

  private void over(JsonNode response, String because, Consumer<Heard> heard) {
    reason = because;
    JsonNode used = response.path("usage");
    if (used.isObject()) {
      long prompt = used.path("input_tokens").asLong(0);
      long completion = used.path("output_tokens").asLong(0);
      usage = new Usage(prompt, completion, used.path("total_tokens").asLong(prompt + completion), null);
      heard.accept(new Heard.Counted(usage));
    }
    if (frames.isRaw() && reason != null) {
      say(frames.finish(reason), heard);
      if (usage != null)
        say(frames.usage(usage, used.at("/input_tokens_details/cached_tokens").asLong(0)), heard);
    }
    heard.accept(new Heard.Done());
  }

  private static void sayUnlessEmpty(String text, Frame frame, Consumer<Heard> heard) {
    if (!text.isEmpty())
      say(frame, heard);
  }

  private static void say(Frame frame, Consumer<Heard> heard) {
    heard.accept(new Heard.Said(frame));
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
    return new Finish(reason, usage);
  }
}

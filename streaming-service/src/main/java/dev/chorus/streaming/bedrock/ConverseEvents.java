package dev.chorus.streaming.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.protocol.ToolDelta;
import dev.chorus.protocol.Usage;
import dev.chorus.streaming.exchange.Heard;
import dev.chorus.streaming.provider.ChatFrames;
import dev.chorus.streaming.provider.Finish;
import dev.chorus.streaming.provider.Frame;
import dev.chorus.streaming.provider.PrefixGap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** The events of one ConverseStream answer. Its reason ({@code messageStop}) and its usage ({@code metadata}) come in either order; with both, it is over. */
final class ConverseEvents implements EventBody {
  /** A tool call by the index of its block. */
  private record Call(int number, boolean hasInput) {}

  private final ChatFrames frames;
  private final PrefixGap gap;
  private final Map<Integer, Call> calls = new HashMap<>();
  private int callsSoFar;
  private String reason;
  private Usage usage;
  private long cached;

  ConverseEvents(ChatFrames frames, PrefixGap gap) {
    this.frames = frames;
    this.gap = gap;
  }

  @Override
  public void on(String type, JsonNode payload, Consumer<Heard> heard) {
    int block = payload.path("contentBlockIndex").asInt(0);
    switch (type) {
      case "messageStart" -> {
        if (frames.isRaw())
          say(frames.role(), heard);
      }
      case "contentBlockStart" -> started(block, payload.path("start").path("toolUse"), heard);
      case "contentBlockDelta" -> delta(block, payload.path("delta"), heard);
      case "contentBlockStop" -> stopped(block, heard);
      case "messageStop" -> {
        reason = word(payload.path("stopReason").asText(""));
        if (frames.isRaw())
          say(frames.finish(reason), heard);
        overWithBoth(heard);
      }
      case "metadata" -> {
        count(payload.path("usage"));
        heard.accept(new Heard.Counted(usage));
        overWithBoth(heard);
      }
      default -> {
        // What newer versions may add.
      }
    }
  }

  private void started(int block, JsonNode tool, Consumer<Heard> heard) {
    if (!tool.isObject())
      return;
    int number = callsSoFar++;
    calls.put(block, new Call(number, false));
    say(frames.tool(new ToolDelta(number, tool.path("toolUseId").textValue(), tool.path("name").textValue(), "")), heard);
  }

  private void delta(int block, JsonNode delta, Consumer<Heard> heard) {
    String text = gap.after(delta.path("text").asText(""));
    String reasoning = delta.path("reasoningContent").path("text").asText("");
    String input = delta.path("toolUse").path("input").asText("");
    if (!text.isEmpty())
      say(frames.content(text), heard);
    if (!reasoning.isEmpty())
      say(frames.reasoning(reasoning), heard);
    Call call = calls.get(block);
    if (input.isEmpty() || call == null)
      return;
    if (!call.hasInput)
      calls.put(block, new Call(call.number, true));
    say(frames.tool(new ToolDelta(call.number, null, null, input)), heard);
  }

  private void stopped(int block, Consumer<Heard> heard) {
    Call call = calls.remove(block);
    if (call != null && !call.hasInput)
      say(frames.tool(new ToolDelta(call.number, null, null, "{}")), heard);
  }

  private void overWithBoth(Consumer<Heard> heard) {
    if (!saidWhy() || usage == null)
      return;
    if (frames.isRaw())
      say(frames.usage(usage, cached), heard);
    heard.accept(new Heard.Done());
  }

  private void count(JsonNode said) {
    cached = said.path("cacheReadInputTokens").asLong(0);
    long prompt = said.path("inputTokens").asLong(0) + cached + said.path("cacheWriteInputTokens").asLong(0);
    long completion = said.path("outputTokens").asLong(0);
    usage = new Usage(prompt, completion, said.path("totalTokens").asLong(prompt + completion), null);
  }

  /** In the words of chat completions; a word that has no counterpart stays as it is. */
  private static String word(String stopReason) {
    return switch (stopReason) {
      case "end_turn", "stop_sequence" -> "stop";
      case "max_tokens", "model_context_window_exceeded" -> "length";
      case "tool_use" -> "tool_calls";
      case "guardrail_intervened", "content_filtered" -> "content_filter";
      default -> stopReason;
    };
  }

  private static void say(Frame frame, Consumer<Heard> heard) {
    heard.accept(new Heard.Said(frame));
  }

  @Override
  public boolean isWhole() {
    return saidWhy();
  }

  @Override
  public boolean saidWhy() {
    return reason != null && !reason.isEmpty();
  }

  @Override
  public Finish finish() {
    return new Finish(reason, usage);
  }
}

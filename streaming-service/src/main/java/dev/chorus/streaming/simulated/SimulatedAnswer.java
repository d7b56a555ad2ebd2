package dev.chorus.streaming.simulated;

import dev.chorus.protocol.ToolDelta;
import dev.chorus.protocol.Usage;
import dev.chorus.streaming.provider.ChatFrames;
import dev.chorus.streaming.provider.Finish;
import dev.chorus.streaming.provider.Frame;
import dev.chorus.streaming.provider.ProviderFailure;
import dev.chorus.streaming.provider.ProviderFailure.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** One answer from its first frame to its end, as a list of steps, each made when it is due; the pace is not its business. */
record SimulatedAnswer(List<Supplier<Frame>> frames, int stallAfter, Ending ending) {
  /** How it ends behind its frames. */
  sealed interface Ending {
    record Finished(List<Frame> last, Finish finish) implements Ending {}

    record Failed(ProviderFailure failure) implements Ending {}
  }

  private static final long RETRY_AFTER_MS = 1000;

  /** The same with as many choices, which all say the same, each frame of the first followed by those of the others. */
  SimulatedAnswer times(int choices, ChatFrames frames) {
    if (choices == 1 || !(ending instanceof Ending.Finished(List<Frame> last, Finish finish)) || frames().isEmpty())
      return this;
    List<Supplier<Frame>> all = new ArrayList<>();
    for (Supplier<Frame> frame : frames())
      for (int choice = 0; choice < choices; choice++) {
        int index = choice;
        all.add(() -> index == 0 ? frame.get() : frames.other(index, frame.get()));
      }
    List<Frame> ends = new ArrayList<>();
    for (int choice = 0; choice < choices; choice++)
      ends.add(choice == 0 ? last.getFirst() : frames.other(choice, last.getFirst()));
    Usage one = finish.usage();
    Usage usage = new Usage(one.promptTokens(), one.completionTokens() * choices, one.promptTokens() + one.completionTokens() * choices,
        null);
    ends.add(frames.usage(usage));
    return new SimulatedAnswer(all, stallAfter, new Ending.Finished(ends, new Finish(finish.reason(), usage)));
  }

  /** @param prefix what of the answer has been said already, or null */
  static SimulatedAnswer of(Script script, String prompt, ChatFrames frames, int maxTokens, int promptTokens, String prefix) {
    if (script.errorStatus() >= 400)
      return failing(List.of(), status(script.errorStatus()));
    if (script.notAStream())
      return failing(List.of(),
          ProviderFailure.of(Cause.NOT_A_STREAM, "The provider answered with something that is not an event stream."));
    List<Supplier<Frame>> said = new ArrayList<>();
    if (script.think() && prefix == null)
      for (String word : Prose.tokens(prompt, 8))
        said.add(() -> frames.reasoning(word));
    if (script.tool() != null)
      call(script.tool(), frames, said);
    else
      for (String word : Prose.after(prefix, Prose.tokens(prompt, script.words())))
        said.add(() -> frames.content(word));
    boolean cut = said.size() > maxTokens;
    List<Supplier<Frame>> tokens = cut ? said.subList(0, maxTokens) : said;
    if (script.failAfter() >= 0)
      return failing(first(script.failAfter(), tokens, frames), ProviderFailure.of(Cause.IN_BAND, "The simulated provider fails as told."));
    if (script.cutAfter() >= 0)
      return failing(first(script.cutAfter(), tokens, frames),
          ProviderFailure.of(Cause.TRUNCATED, "The provider's answer broke off without a finish reason."));
    String reason = cut ? "length" : script.tool() != null ? "tool_calls" : "stop";
    Usage usage = new Usage(promptTokens, tokens.size(), (long) promptTokens + tokens.size(), null);
    return new SimulatedAnswer(first(tokens.size(), tokens, frames), script.stallAfter(),
        new Ending.Finished(List.of(frames.finish(reason), frames.usage(usage)), new Finish(reason, usage)));
  }

  private static SimulatedAnswer failing(List<Supplier<Frame>> frames, ProviderFailure failure) {
    return new SimulatedAnswer(frames, -1, new Ending.Failed(failure));
  }

  private static List<Supplier<Frame>> first(int tokens, List<Supplier<Frame>> said, ChatFrames frames) {
    List<Supplier<Frame>> first = new ArrayList<>();
    first.add(frames::role);
    first.addAll(said.subList(0, Math.min(tokens, said.size())));
    return first;
  }

  private static void call(String tool, ChatFrames frames, List<Supplier<Frame>> said) {
    said.add(() -> frames.tool(new ToolDelta(0, "call_1", tool, "")));
    for (String part : List.of("{\"query\":", "\"simulated\"", "}"))
      said.add(() -> frames.tool(new ToolDelta(0, null, null, part)));
  }

  private static ProviderFailure status(int status) {
    Long retryAfter = status == 429 || status == 503 ? RETRY_AFTER_MS : null;
    String type = status == 429 ? "rate_limit_error" : status < 500 ? "invalid_request_error" : "server_error";
    return new ProviderFailure(Cause.STATUS, "The simulated provider answers with status " + status + " as told.", status, type, null, null,
        retryAfter);
  }
}

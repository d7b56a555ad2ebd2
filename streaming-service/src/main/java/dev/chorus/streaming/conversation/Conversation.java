package dev.chorus.streaming.conversation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.streaming.provider.ProviderFailure;
import dev.chorus.streaming.provider.ProviderFailure.Cause;
import java.util.List;

/**
 * A chat-completions request that was understood.
 *
 * @param system what stands above all turns, in order
 * @param turns alternate between the sides
 * @param parallelTools false when the model may call only one at a time
 * @param answerSchema the JSON schema that the answer is to follow, or null
 */
public record Conversation(List<String> system, List<Turn> turns, Sampling sampling, List<Tool> tools, ToolChoice choice,
    boolean parallelTools, JsonNode answerSchema) {

  /** A request as it was understood, or why it cannot be. */
  public sealed interface Reading {
    record Understood(Conversation conversation) implements Reading {}

    record Wrong(ProviderFailure failure) implements Reading {}
  }

  /**
   * Reads the body of a chat-completions request.
   *
   * @param prefix the beginning of the answer, which is to be gone on from; or null
   */
  public static Reading read(ObjectNode body, String prefix) {
    try {
      if (body.path("n").asInt(1) > 1)
        throw new Misunderstood("n", "This provider gives one answer at a time: 'n' has to be 1.");
      Messages messages = Messages.read(body.path("messages"));
      List<Turn> turns = messages.turns();
      if (turns.isEmpty())
        throw new Misunderstood("messages", "There is no message to answer.");
      if (prefix != null && !prefix.isEmpty())
        turns = Messages.join(turns, new Turn(true, List.of(new Part.Text(prefix))));
      return new Reading.Understood(new Conversation(messages.system(), List.copyOf(turns), Options.sampling(body), Options.tools(body),
          Options.choice(body.path("tool_choice")), body.path("parallel_tool_calls").asBoolean(true), Options.answerSchema(body)));
    } catch (Misunderstood wrong) {
      return new Reading.Wrong(wrong.failure());
    }
  }

  /** Whether a tool was called in it. */
  public boolean hasCalls() {
    return turns.stream()
        .anyMatch(turn -> turn.parts().stream().anyMatch(part -> !(part instanceof Part.Text || part instanceof Part.Media)));
  }

  /** What cannot be said to a provider that is not of the request's own dialect; it ends the reading. */
  static final class Misunderstood extends Exception {
    private static final long serialVersionUID = 1L;
    private final String param;

    Misunderstood(String param, String message) {
      super(message, null, false, false);
      this.param = param;
    }

    ProviderFailure failure() {
      return new ProviderFailure(Cause.STATUS, getMessage(), 400, "invalid_request_error", null, param, null);
    }
  }

}

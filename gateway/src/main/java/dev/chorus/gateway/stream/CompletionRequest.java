package dev.chorus.gateway.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.bus.StreamingMessage.StartGroup;
import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.model.NodeId;
import dev.chorus.model.Problem;
import dev.chorus.model.Principal;
import dev.chorus.model.StreamId;
import dev.chorus.model.Words;
import dev.chorus.protocol.ClientFrame;
import dev.chorus.protocol.Json;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What is asked of a model, in the one form that crosses the bus: the body of an OpenAI chat-completions request. */
public final class CompletionRequest {
  private static final int WORD = 22;
  /** Chorus' names of options whose OpenAI name is another; what is not here goes on as it is. */
  private static final Map<String, String> OPTIONS = Map.ofEntries(Map.entry("maxTokens", "max_tokens"),
      Map.entry("maxCompletionTokens", "max_completion_tokens"),
      Map.entry("topP", "top_p"), Map.entry("topLogprobs", "top_logprobs"), Map.entry("frequencyPenalty", "frequency_penalty"),
      Map.entry("presencePenalty", "presence_penalty"), Map.entry("responseFormat", "response_format"),
      Map.entry("toolChoice", "tool_choice"),
      Map.entry("parallelToolCalls", "parallel_tool_calls"), Map.entry("reasoningEffort", "reasoning_effort"),
      Map.entry("logitBias", "logit_bias"),
      Map.entry("stopSequences", "stop"));

  private CompletionRequest() {}

  /** The call behind a {@code stream:start}. Throws a refusal when no provider could make sense of it. */
  public static StartStream of(ClientFrame.StreamStart frame, Principal caller, NodeId gateway, String requestId) {
    return of(frame, StreamId.of(frame.room(), Words.random(WORD)), caller, gateway, requestId);
  }

  /** The call behind a {@code stream:multiplex}. */
  public static StartGroup of(ClientFrame.StreamMultiplex frame, Principal caller, NodeId gateway, String requestId) {
    String group = Words.random(WORD);
    List<StartStream> agents = frame.agents().stream().map(agent -> of(agent.withClientId(null),
        StreamId.ofGroup(frame.room(), group, Words.random(WORD)), caller, gateway, requestId)).toList();
    return new StartGroup(group, agents, frame.merge().name().toLowerCase(Locale.ROOT));
  }

  /** The same for a stream of that id. */
  public static StartStream of(ClientFrame.StreamStart frame, StreamId stream, Principal caller, NodeId gateway, String requestId) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("model", frame.model());
    body.set("messages", frame.messages());
    if (frame.options() != null)
      addOptions(body, frame.options());
    RequestFlaw.of(body).ifPresent(flaw -> {
      throw Problem.badRequest(flaw.message()).refusal();
    });
    String sections = frame.sections() == null ? null : Json.text(frame.sections());
    String request = Json.text(body);
    String hash = frame.clientId() == null ? null : RequestHash.ofJson(request, sections, frame.room() == null ? "" : frame.room().value());
    return new StartStream(stream, frame.room(), caller.user(), request, false, frame.provider(), frame.agentId(),
        frame.projectId(), frame.deliver(),
        sections, frame.continueOnDisconnect(), frame.post(), frame.clientId(), hash, true, gateway, requestId);
  }

  /** A new stream without a room. */
  public static StreamId newStream() {
    return StreamId.of(null, Words.random(WORD));
  }

  /** Adds options under their OpenAI names; what the body says already stays. */
  public static void addOptions(ObjectNode body, ObjectNode options) {
    for (Map.Entry<String, JsonNode> option : options.properties()) {
      String name = OPTIONS.getOrDefault(option.getKey(), option.getKey());
      if (!body.has(name) && !name.equals("stream"))
        body.set(name, option.getValue());
    }
  }
}

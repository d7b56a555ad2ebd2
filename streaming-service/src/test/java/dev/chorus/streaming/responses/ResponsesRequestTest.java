package dev.chorus.streaming.responses;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.protocol.Json;
import dev.chorus.streaming.conversation.Conversation;
import org.junit.jupiter.api.Test;

final class ResponsesRequestTest {
  private static Conversation said(ObjectNode asked) {
    return ((Conversation.Reading.Understood) Conversation.read(asked, null)).conversation();
  }

  @Test
  void messagesCallsAndResultsStandSideBySide() throws Exception {
    ObjectNode asked = (ObjectNode) Json.read("""
        {"max_tokens":9,"reasoning_effort":"low","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":[{"type":"text","text":"Weather?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]},
          {"role":"assistant","content":"Let me see.","tool_calls":[{"id":"c1","function":{"name":"weather","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c1","content":"rain"}],
         "tools":[{"type":"function","function":{"name":"weather","parameters":{"type":"object"}}}],"tool_choice":"required"}""");
    assertThat(ResponsesRequest.body(said(asked), asked, "m")).isEqualTo(Json.read(
        """
        {"model":"m","stream":true,"store":false,"instructions":"Be brief.","input":[
          {"role":"user","content":[{"type":"input_text","text":"Weather?"},{"type":"input_image","image_url":"data:image/png;base64,AAAA"}]},
          {"role":"assistant","content":[{"type":"output_text","text":"Let me see."}]},{"type":"function_call","call_id":"c1","name":"weather","arguments":"{}"},
          {"type":"function_call_output","call_id":"c1","output":"rain"}],
         "max_output_tokens":9,"tools":[{"type":"function","name":"weather","parameters":{"type":"object"},"strict":false}],"tool_choice":"required","reasoning":{"effort":"low","summary":"auto"}}"""));
  }

  @Test
  void aStopSequenceCannotBeSaid() throws Exception {
    ObjectNode asked = (ObjectNode) Json.read("{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"stop\":\"END\"}");
    assertThat(ResponsesRequest.problem(said(asked)).param()).isEqualTo("stop");
  }
}

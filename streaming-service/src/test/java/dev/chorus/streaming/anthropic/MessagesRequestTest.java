package dev.chorus.streaming.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.protocol.Json;
import dev.chorus.streaming.conversation.Conversation;
import org.junit.jupiter.api.Test;

final class MessagesRequestTest {
  private static JsonNode body(String asked, String prefix) throws Exception {
    ObjectNode body = (ObjectNode) Json.read(asked);
    Conversation said = ((Conversation.Reading.Understood) Conversation.read(body, prefix)).conversation();
    return MessagesRequest.body(said, body, prefix != null);
  }

  @Test
  void aPlainRequestIsSaidPlainly() throws Exception {
    assertThat(body(
        "{\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},{\"role\":\"user\",\"content\":\"Hello\"}],\"temperature\":1.5,\"stop\":[\"a\"],"
            + "\"user\":\"u1\",\"seed\":5,\"stream_options\":{}}",
        null))
        .isEqualTo(Json.read(
            """
            {"max_tokens":4096,"system":"Be brief.","messages":[{"role":"user","content":"Hello"}],"temperature":1.0,"stop_sequences":["a"],"metadata":{"user_id":"u1"}}"""));
  }

  @Test
  void toolsTheirCallsAndTheirResultsAreBlocks() throws Exception {
    assertThat(body(
        """
        {"max_tokens":10,"messages":[{"role":"user","content":"Weather?"},{"role":"assistant","content":"Let me see.","tool_calls":[{"id":"c1","function":{"name":"weather","arguments":"{\\"in\\":\\"Oslo\\"}"}}]},
          {"role":"tool","tool_call_id":"c1","content":"rain"},{"role":"user","content":"And?"}],
         "tools":[{"type":"function","function":{"name":"weather","description":"d","parameters":{"type":"object"}}}],"tool_choice":"required","parallel_tool_calls":false}""",
        null))
        .isEqualTo(Json.read(
            """
            {"max_tokens":10,"messages":[{"role":"user","content":"Weather?"},
              {"role":"assistant","content":[{"type":"text","text":"Let me see."},{"type":"tool_use","id":"c1","name":"weather","input":{"in":"Oslo"}}]},
              {"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":[{"type":"text","text":"rain"}]},{"type":"text","text":"And?"}]}],
             "tools":[{"name":"weather","description":"d","input_schema":{"type":"object"}}],"tool_choice":{"type":"any","disable_parallel_tool_use":true}}"""));
  }

  @Test
  void imagesAndDocumentsHaveTheirSource() throws Exception {
    JsonNode content = body("""
        {"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}},{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,BBBB"}},
          {"type":"image_url","image_url":{"url":"https://pictures.example/a.png"}}]}]}""", null).at("/messages/0/content");
    assertThat(content).isEqualTo(Json.read("""
        [{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}},
         {"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"BBBB"},"title":"a.pdf"},
         {"type":"image","source":{"type":"url","url":"https://pictures.example/a.png"}}]"""));
  }

  @Test
  void effortIsABudgetForThinkingButNotWhereTheAnswerHasBegun() throws Exception {
    String asked = "{\"max_tokens\":10000,\"temperature\":0.5,\"reasoning_effort\":\"medium\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";
    assertThat(body(asked, null).path("thinking")).isEqualTo(Json.read("{\"type\":\"enabled\",\"budget_tokens\":5000}"));
    assertThat(body(asked, null).has("temperature")).isFalse();
    assertThat(body(asked, "So far").has("thinking")).isFalse();
    assertThat(body(asked, "So far").at("/messages/1")).isEqualTo(Json.read("{\"role\":\"assistant\",\"content\":\"So far\"}"));
  }

  @Test
  void fieldsOfTheDialectItselfAreKept() throws Exception {
    JsonNode body = body(
        "{\"top_k\":5,\"thinking\":{\"type\":\"adaptive\"},\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{\"type\":\"object\"}}},"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}",
        null);
    assertThat(body.path("top_k").asInt()).isEqualTo(5);
    assertThat(body.at("/thinking/type").asText()).isEqualTo("adaptive");
    assertThat(body.at("/output_config/format")).isEqualTo(Json.read("{\"type\":\"json_schema\",\"schema\":{\"type\":\"object\"}}"));
  }
}

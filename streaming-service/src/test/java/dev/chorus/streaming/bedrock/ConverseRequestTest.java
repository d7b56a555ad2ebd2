package dev.chorus.streaming.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.protocol.Json;
import dev.chorus.streaming.conversation.Conversation;
import org.junit.jupiter.api.Test;

final class ConverseRequestTest {
  private static Conversation said(String asked, String prefix) throws Exception {
    return ((Conversation.Reading.Understood) Conversation.read((ObjectNode) Json.read(asked), prefix)).conversation();
  }

  private static JsonNode body(String asked, String prefix) throws Exception {
    return ConverseRequest.body(said(asked, prefix), (ObjectNode) Json.read(asked));
  }

  @Test
  void aPlainRequestIsSaidPlainly() throws Exception {
    assertThat(body(
        "{\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},{\"role\":\"user\",\"content\":\"Hello\"}],\"max_tokens\":9,\"stop\":[\"a\"],\"seed\":1}",
        "Well,")).isEqualTo(Json.read("""
            {"messages":[{"role":"user","content":[{"text":"Hello"}]},{"role":"assistant","content":[{"text":"Well,"}]}],"system":[{"text":"Be brief."}],
             "inferenceConfig":{"maxTokens":9,"stopSequences":["a"]}}"""));
  }

  @Test
  void toolsTheirCallsAndTheirResultsAreBlocks() throws Exception {
    assertThat(body(
        """
        {"messages":[{"role":"user","content":"Weather?"},{"role":"assistant","content":"","tool_calls":[{"id":"c1","function":{"name":"weather","arguments":"{}"}}]},
          {"role":"tool","tool_call_id":"c1","content":"rain"}],
         "tools":[{"type":"function","function":{"name":"weather","description":"d","parameters":{"type":"object"}}}],"tool_choice":{"type":"function","function":{"name":"weather"}}}""",
        null))
        .isEqualTo(Json.read(
            """
            {"messages":[{"role":"user","content":[{"text":"Weather?"}]},{"role":"assistant","content":[{"toolUse":{"toolUseId":"c1","name":"weather","input":{}}}]},
              {"role":"user","content":[{"toolResult":{"toolUseId":"c1","content":[{"text":"rain"}]}}]}],
             "toolConfig":{"tools":[{"toolSpec":{"name":"weather","description":"d","inputSchema":{"json":{"type":"object"}}}}],"toolChoice":{"tool":{"name":"weather"}}}}"""));
  }

  @Test
  void imagesAndDocumentsAreSentAsBytesAndNothingElseCanBe() throws Exception {
    assertThat(body("""
        {"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/jpeg;base64,AAAA"}},
          {"type":"file","file":{"filename":"my_plan v1.pdf","file_data":"data:application/pdf;base64,BBBB"}}]}]}""", null)
        .at("/messages/0/content"))
        .isEqualTo(Json.read(
            """
            [{"image":{"format":"jpeg","source":{"bytes":"AAAA"}}},{"document":{"format":"pdf","name":"my-plan v1","source":{"bytes":"BBBB"}}}]"""));
    Conversation linked = said(
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://pictures.example/a.png\"}}]}]}",
        null);
    assertThat(ConverseRequest.problem(linked).status()).isEqualTo(400);
    assertThat(ConverseRequest.problem(said("{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}", null))).isNull();
  }
}

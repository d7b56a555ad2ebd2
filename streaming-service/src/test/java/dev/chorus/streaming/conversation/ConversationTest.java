package dev.chorus.streaming.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.protocol.Json;
import dev.chorus.streaming.provider.ProviderFailure;
import dev.chorus.streaming.provider.Remedy;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ConversationTest {
  private static Conversation understood(String body, String prefix) throws Exception {
    return ((Conversation.Reading.Understood) Conversation.read((ObjectNode) Json.read(body), prefix)).conversation();
  }

  private static ProviderFailure wrong(String body) throws Exception {
    return ((Conversation.Reading.Wrong) Conversation.read((ObjectNode) Json.read(body), null)).failure();
  }

  @Test
  void whatTheSystemSaysStandsAboveAlternatingTurns() throws Exception {
    Conversation said = understood("""
        {"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"One"},{"role":"user","content":[{"type":"text","text":"Two"}]},
          {"role":"assistant","content":"Three"},{"role":"developer","content":"Be kind."},{"role":"user","content":"Four"}]}""", null);
    assertThat(said.system()).containsExactly("Be brief.", "Be kind.");
    assertThat(said.turns()).containsExactly(new Turn(false, List.of(new Part.Text("One"), new Part.Text("Two"))),
        new Turn(true, List.of(new Part.Text("Three"))), new Turn(false, List.of(new Part.Text("Four"))));
  }

  @Test
  void callsAndTheirResultsKeepTheirIds() throws Exception {
    Conversation said = understood(
        """
        {"messages":[{"role":"user","content":"Weather?"},{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"weather","arguments":"{\\"in\\":\\"Oslo\\"}"}}]},
          {"role":"tool","tool_call_id":"c1","content":"rain"}],"tools":[{"type":"function","function":{"name":"weather"}}],"tool_choice":{"type":"function","function":{"name":"weather"}},"parallel_tool_calls":false}""",
        null);
    assertThat(said.turns().get(1).parts()).containsExactly(new Part.ToolCall("c1", "weather", Json.read("{\"in\":\"Oslo\"}")));
    assertThat(said.turns().get(2)).isEqualTo(new Turn(false, List.of(new Part.ToolResult("c1", List.of(new Part.Text("rain"))))));
    assertThat(said.choice()).isEqualTo(new ToolChoice(ToolChoice.Kind.NAMED, "weather"));
    assertThat(said.tools().getFirst().schema()).isEqualTo(Json.read("{\"type\":\"object\",\"properties\":{}}"));
    assertThat(said.parallelTools()).isFalse();
    assertThat(said.hasCalls()).isTrue();
  }

  @Test
  void imagesComeAsBytesOrByTheirAddress() throws Exception {
    Conversation said = understood("""
        {"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}},{"type":"image_url","image_url":{"url":"https://pictures.example/a.png"}},
          {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,BBBB"}}]}]}""", null);
    assertThat(said.turns().getFirst().parts()).containsExactly(new Part.Media(true, "image/png", "AAAA", null, null),
        new Part.Media(true, null, null, "https://pictures.example/a.png", null),
        new Part.Media(false, "application/pdf", "BBBB", null, "a.pdf"));
  }

  @Test
  void aPrefixIsTheBeginningOfTheLastTurnToTheLetter() throws Exception {
    String ask = "{\"messages\":[{\"role\":\"user\",\"content\":\"Count\"}]}";
    assertThat(understood(ask, "One, two").turns().getLast()).isEqualTo(new Turn(true, List.of(new Part.Text("One, two"))));
    String begun = "{\"messages\":[{\"role\":\"user\",\"content\":\"Count\"},{\"role\":\"assistant\",\"content\":\"One\"}]}";
    assertThat(understood(begun, ", two").turns().getLast()).isEqualTo(new Turn(true, List.of(new Part.Text("One, two"))));
  }

  @Test
  void whatIsAskedOfTheModelIsRead() throws Exception {
    Conversation said = understood("""
        {"messages":[{"role":"user","content":"x"}],"max_tokens":5,"max_completion_tokens":7,"temperature":0.5,"top_p":0.9,"stop":"END",
         "response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{"type":"object"}}}}""", null);
    assertThat(said.sampling()).isEqualTo(new Sampling(7, 0.5, 0.9, List.of("END")));
    assertThat(said.answerSchema()).isEqualTo(Json.read("{\"type\":\"object\"}"));
  }

  @Test
  void whatCannotBeSaidElsewhereGoesBackToTheCaller() throws Exception {
    for (String body : List.of("{}", "{\"messages\":[]}", "{\"messages\":[{\"role\":\"king\",\"content\":\"x\"}]}", "{\"messages\":5}",
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\"}]}]}",
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"file:///x\"}}]}]}",
        "{\"n\":2,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}",
        "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":\"[1\"}}]}]}",
        "{\"tools\":[{\"type\":\"web\"}],\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}")) {
      assertThat(wrong(body).status()).as(body).isEqualTo(400);
      assertThat(wrong(body).remedy()).as(body).isEqualTo(Remedy.GIVE_BACK);
    }
  }
}

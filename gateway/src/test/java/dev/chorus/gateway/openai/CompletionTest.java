package dev.chorus.gateway.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.protocol.Json;
import org.junit.jupiter.api.Test;

class CompletionTest {
  private static Completion of(String... chunks) throws Exception {
    Completion completion = new Completion();
    for (String chunk : chunks)
      completion.add(Json.read(chunk));
    return completion;
  }

  private static String choice(int index, String delta) {
    return "{\"id\":\"c\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":" + index + ",\"delta\":" + delta
        + ",\"finish_reason\":null}]}";
  }

  @Test
  void everyChoiceIsJoinedByItsIndex() throws Exception {
    ObjectNode whole = of(choice(1, "{\"content\":\"b\"}"), choice(0, "{\"role\":\"assistant\",\"content\":\"a\"}"),
        choice(1, "{\"content\":\"B\"}")).whole();
    assertThat(whole.at("/choices/0/message/content").textValue()).isEqualTo("a");
    assertThat(whole.at("/choices/1/message/content").textValue()).isEqualTo("bB");
    assertThat(whole.at("/choices/1/index").intValue()).isEqualTo(1);
  }

  @Test
  void toolCallsAreJoinedByTheirIndexWhichTheWholeDoesNotShow() throws Exception {
    ObjectNode whole = of(choice(0, "{\"role\":\"assistant\",\"content\":null}"),
        choice(0, "{\"tool_calls\":[{\"index\":1,\"id\":\"B\",\"type\":\"function\",\"function\":{\"name\":\"g\",\"arguments\":\"\"}}]}"),
        choice(0,
            "{\"tool_calls\":[{\"index\":0,\"id\":\"A\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\"\"}}]}"),
        choice(0,
            "{\"tool_calls\":[{\"index\":1,\"function\":{\"arguments\":\"{}\"}},{\"index\":0,\"id\":\"A\",\"function\":{\"name\":\"f\",\"arguments\":\":1}\"}}]}"))
        .whole();
    assertThat(whole.at("/choices/0/message/content").isNull()).isTrue();
    assertThat(whole.at("/choices/0/message/tool_calls")).hasToString(
        "[{\"id\":\"A\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}},"
            + "{\"id\":\"B\",\"type\":\"function\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}]");
  }

  @Test
  void logProbabilitiesAndRefusalsAreJoined() throws Exception {
    ObjectNode whole = of("{\"choices\":[{\"index\":0,\"delta\":{\"refusal\":\"I \"},\"logprobs\":{\"content\":[],\"refusal\":null}}]}",
        "{\"choices\":[{\"index\":0,\"delta\":{\"refusal\":\"can't\"},\"logprobs\":{\"content\":[{\"token\":\"x\"}],\"refusal\":null}}]}",
        "{\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":{\"content\":[{\"token\":\"y\"}]},\"finish_reason\":\"stop\"}]}").whole();
    assertThat(whole.at("/choices/0/message/refusal").textValue()).isEqualTo("I can't");
    assertThat(whole.at("/choices/0/logprobs")).hasToString("{\"content\":[{\"token\":\"x\"},{\"token\":\"y\"}],\"refusal\":null}");
    assertThat(whole.at("/choices/0/finish_reason").textValue()).isEqualTo("stop");
  }

  @Test
  void unknownFieldsStayAndUsageKeepsTheOrderOfItsKeys() throws Exception {
    ObjectNode whole = of("{\"id\":\"\",\"created\":0,\"model\":\"\",\"choices\":[],\"prompt_filter_results\":[1]}",
        "{\"id\":\"c\",\"created\":5,\"model\":\"m\",\"system_fingerprint\":\"fp\",\"obfuscation\":\"zz\",\"usage\":null,\"choices\":[{\"index\":0,\"delta\":"
            + "{\"content\":\"a\",\"reasoning_content\":\"r\"},\"content_filter_results\":{\"hate\":1}}]}",
        "{\"id\":\"c\",\"created\":5,\"model\":\"m\",\"choices\":[],\"usage\":{\"z\":1,\"a\":{\"q\":0,\"b\":2}}}").whole();
    assertThat(whole)
        .hasToString("{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":5,\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":"
            + "{\"role\":\"assistant\",\"content\":\"a\",\"reasoning_content\":\"r\"},\"logprobs\":null,\"finish_reason\":null,\"content_filter_results\":{\"hate\":1}}],"
            + "\"prompt_filter_results\":[1],\"system_fingerprint\":\"fp\",\"usage\":{\"z\":1,\"a\":{\"q\":0,\"b\":2}}}");
  }
}

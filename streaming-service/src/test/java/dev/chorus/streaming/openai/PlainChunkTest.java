package dev.chorus.streaming.openai;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PlainChunkTest {
  @Test
  void aPieceOfTextIsReadWithoutATree() {
    assertThat(PlainChunk.of(
        "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"so \\u00fc\\\"\",\"refusal\":null},\"logprobs\":{\"content\":[]},\"finish_reason\":null}],\"usage\":null}"))
        .isEqualTo(new PlainChunk(0, "so ü\""));
    assertThat(PlainChunk.of("{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}")).isEqualTo(new PlainChunk(0, "a"));
    assertThat(PlainChunk.of("{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"\"}}]}")).isEqualTo(new PlainChunk(1, ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{", "{}", "{\"choices\":[]}", "{\"choices\":null}", "{\"choices\":[{\"delta\":{}}],\"choices\":[]}",
      "{\"choices\":[{\"delta\":{\"content\":\"a\"}},{\"index\":1,\"delta\":{\"content\":\"b\"}}]}",
      "{\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}",
      "{\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"error\"}]}", "{\"choices\":[{\"delta\":{\"content\":7}}]}",
      "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0}]}}]}", "{\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\"}}]}",
      "{\"choices\":[{\"delta\":{\"refusal\":\"no\"}}]}", "{\"choices\":[{\"delta\":null}]}",
      "{\"choices\":[{\"index\":\"0\",\"delta\":{\"content\":\"a\"}}]}",
      "{\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":{\"prompt_tokens\":1}}",
      "{\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"error\":{\"message\":\"x\"}}", "{\"choices\":[{\"delta\":{\"content\":\"a\"}}]} {}",
      "{\"choices\":[{\"delta\":{\"content\":\"a\"}}]} x", "{\"choices\":[{\"delta\":{\"content\":\"a\"}}]"})
  void whatSaysMoreIsLeftToTheTree(String data) {
    assertThat(PlainChunk.of(data)).isNull();
  }
}

package dev.chorus.streaming.section;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.model.Refusal;
import dev.chorus.protocol.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SectionsTest {
  private static final String TWO = "[{\"name\":\"headline\",\"prompt\":\"Only a headline.\"},{\"name\":\"body\",\"prompt\":\"The body.\"}]";

  @Test
  void eachIsAskedForWithItsPromptBehindTheMessages() throws Exception {
    ObjectNode body = (ObjectNode) Json
        .read("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Bikes.\"}],\"temperature\":0}");
    Sections sections = Sections.read(TWO);
    assertThat(sections.size()).isEqualTo(2);
    assertThat(sections.name(1)).isEqualTo("body");
    assertThat(sections.indexOf("body")).isEqualTo(1);
    assertThat(sections.request(body, 1)).isEqualTo(Json.read(
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Bikes.\"},{\"role\":\"user\",\"content\":\"The body.\"}],\"temperature\":0}"));
    assertThat(body.path("messages")).as("the caller's own").hasSize(1);
  }

  @Test
  void withoutSectionsThereIsOneWithoutAName() {
    Sections none = Sections.read(null);
    assertThat(none.size()).isEqualTo(1);
    assertThat(none.name(0)).isNull();
    ObjectNode body = Json.MAPPER.createObjectNode();
    assertThat(none.request(body, 0)).isSameAs(body);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[1]", "[{\"name\":\"a\"}]", "[{\"prompt\":\"a\"}]", "[{\"name\":\"\",\"prompt\":\"a\"}]",
      "[{\"name\":\"a\",\"prompt\":\"a\"},{\"name\":\"a\",\"prompt\":\"b\"}]", "nonsense"})
  void whatIsNoListOfSectionsIsRefused(String json) {
    assertThatThrownBy(() -> Sections.read(json)).isInstanceOf(Refusal.class).hasMessageContaining("'sections'");
  }
}

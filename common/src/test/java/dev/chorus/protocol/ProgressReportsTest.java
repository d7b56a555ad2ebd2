package dev.chorus.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.model.Refusal;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressReportsTest {
  private static Event read(String json) throws Exception {
    return ProgressReports.read("p1", (ObjectNode) Json.read(json.replace('\'', '"')), 7);
  }

  @Test
  void aReportWithoutMoreRuns() throws Exception {
    assertThat(read("{'agentId':'writer'}")).isEqualTo(
        new Event.AgentProgress("p1", "writer", "running", BigDecimal.ZERO, null, null, null, null, null, null, null, null, null, 7));
  }

  @Test
  void whatHasEndedGoesOutUnderATypeOfItsOwn() throws Exception {
    assertThat(read("{'agentId':'writer','status':'waiting'}").type()).isEqualTo("agent:progress");
    assertThat(read("{'agentId':'writer','status':'completed'}").type()).isEqualTo("agent:complete");
    assertThat(((Event.AgentProgress) read("{'agentId':'writer','status':'completed'}")).percentage()).isEqualTo("100");
    assertThat(read("{'agentId':'writer','status':'failed'}").type()).isEqualTo("agent:error");
    assertThat(read("{'scores':{'clarity':1}}").type()).isEqualTo("quality:update");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{'agentId':''}", "{'agentId':7}", "{'agentId':'a','status':'done'}", "{'agentId':'a','percentage':101}",
      "{'agentId':'a','percentage':-1}", "{'agentId':'a','percentage':'40'}", "{'agentId':'a','cost':-0.1}",
      "{'agentId':'a','confidence':1.1}", "{'agentId':'a','totalSteps':-1}", "{'agentId':'a','currentStep':{}}", "{'scores':7}",
      "{'scores':{'clarity':'good'}}", "{'agentId':'a','content':'\\u0000'}"})
  void whatIsNoReportIsABadRequest(String json) {
    assertThatThrownBy(() -> read(json)).isInstanceOf(Refusal.class).hasMessageStartingWith("bad_request");
  }

  @Test
  void tooMuchIsTooLarge() {
    assertThatThrownBy(() -> read("{'agentId':'" + "a".repeat(129) + "'}")).hasMessageStartingWith("too_large");
    assertThatThrownBy(() -> read("{'agentId':'a','content':'" + "a".repeat(65_536) + "'}")).hasMessageStartingWith("too_large");
  }
}

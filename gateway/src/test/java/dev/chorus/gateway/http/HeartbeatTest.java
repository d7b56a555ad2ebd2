package dev.chorus.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.gateway.HttpGateway;
import dev.chorus.gateway.httpkit.Caller;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HeartbeatTest {
  private static final String ASK = "{\"model\":\"assistant\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"stream\":true}";

  @Test
  void silenceIsFilledWithCommentsThatNoClientTakesForEvents() {
    try (HttpGateway gateway = HttpGateway.withHeartbeat(Duration.ofMillis(100)); Caller caller = new Caller(gateway::uri, "ann")) {
      try (Caller.Answer answer = caller.open("POST", "/v1/chat/completions", ASK)) {
        assertThat(answer.head.statusCode()).isEqualTo(200);
        assertThat(answer.line()).isEqualTo(": hb");
        assertThat(answer.line()).isEqualTo(": hb");
        gateway.does(() -> gateway.streaming.only().raw("x", "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}"));
        gateway.does(() -> gateway.streaming.only().complete());
        String rest = answer.rest().replace(": hb\n", "");
        assertThat(rest).isEqualTo("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}\n\ndata: [DONE]\n\n");
      }
    }
  }
}

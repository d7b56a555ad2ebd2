package dev.chorus.streaming.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.protocol.Json;
import dev.chorus.streaming.exchange.DialectContract;
import dev.chorus.streaming.provider.Finish;
import dev.chorus.streaming.provider.Provider;
import dev.chorus.streaming.provider.ProviderContract;
import dev.chorus.streaming.provider.Recorder;
import dev.chorus.streaming.provider.TestEntries;
import dev.chorus.testkit.provider.Answer;
import dev.chorus.testkit.provider.Dialect;
import dev.chorus.testkit.provider.MockProvider;
import dev.chorus.testkit.provider.Plan;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class AnthropicProviderTest implements DialectContract {
  @Override
  public Dialect dialect() {
    return Dialect.ANTHROPIC;
  }

  @Override
  public Provider adapter(Vertx vertx, String url) {
    return new AnthropicProvider(vertx, Clock.systemUTC(), TestEntries.entry("anthropic", url));
  }

  @Test
  void whatGoesToTheProviderIsAMessagesRequestWithOurKey() throws Exception {
    for (String suffix : new String[]{"", "/v1"}) {
      MockProvider mock = mock(Plan.whole(Answer.text("Hello")));
      Recorder heard = new Recorder();
      ProviderContract.open(adapter(Loop.vertx, mock.url() + suffix), request("hello"), heard);
      assertThat(heard.awaitEnd()).isInstanceOf(Finish.class);
      var asked = mock.requests().poll(5, TimeUnit.SECONDS);
      assertThat(asked.path()).isEqualTo("/v1/messages");
      assertThat(asked.header("x-api-key")).isEqualTo(TestEntries.KEY);
      assertThat(asked.header("anthropic-version")).isEqualTo("2023-06-01");
      assertThat(asked.header("x-team")).isEqualTo("chat");
      assertThat(asked.header("authorization")).isNull();
      JsonNode body = Json.read(asked.body());
      assertThat(body.path("model").asText()).isEqualTo("model");
      assertThat(body.path("stream").booleanValue()).isTrue();
      assertThat(body.at("/messages/0/content").asText()).isEqualTo("hello");
    }
  }
}

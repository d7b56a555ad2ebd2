package dev.chorus.streaming.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.protocol.Json;
import dev.chorus.streaming.provider.Finish;
import dev.chorus.streaming.provider.Frame;
import dev.chorus.streaming.provider.Piece;
import dev.chorus.streaming.provider.Provider;
import dev.chorus.streaming.provider.ProviderContract;
import dev.chorus.streaming.provider.ProviderFailure;
import dev.chorus.streaming.provider.ProviderRequest;
import dev.chorus.streaming.provider.Recorder;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class SimulatedProviderTest implements ProviderContract {
  @Override
  public Provider answering(Vertx vertx, int tokens) {
    return new SimulatedProvider(vertx, Clock.systemUTC(), 100_000);
  }

  @Override
  public Provider breakingOff(Vertx vertx) {
    return answering(vertx, 0);
  }

  @Override
  public String prompt(String kind) {
    return kind.equals("break") ? "[[cut-after:3]] x" : Character.isDigit(kind.charAt(0)) ? "[[words:" + kind + "]] x" : kind;
  }

  private Recorder hear(String prompt) throws Exception {
    Recorder heard = new Recorder();
    Vertx vertx = Vertx.vertx();
    try {
      ProviderContract.open(answering(vertx, 0), request(prompt), heard);
      heard.awaitEnd();
    } finally {
      vertx.close();
    }
    return heard;
  }

  @Test
  void theSamePromptGivesTheSameTextAndAnotherAnother() throws Exception {
    assertThat(hear("Tell me of rivers.").text()).isEqualTo(hear("Tell me of rivers.").text()).contains("Tell me of rivers.");
    assertThat(hear("Tell me of hills.").text()).isNotEqualTo(hear("Tell me of rivers.").text());
  }

  @Test
  void aPromptCanAskForFaults() throws Exception {
    assertThat(hear("[[error:429]]").awaitEnd()).isInstanceOfSatisfying(ProviderFailure.class, failure -> {
      assertThat(failure.status()).isEqualTo(429);
      assertThat(failure.retryAfterMs()).isEqualTo(1000);
    });
    assertThat(((ProviderFailure) hear("[[fail-after:2]]").awaitEnd()).cause()).isEqualTo(ProviderFailure.Cause.IN_BAND);
    assertThat(((ProviderFailure) hear("[[not-a-stream]]").awaitEnd()).cause()).isEqualTo(ProviderFailure.Cause.NOT_A_STREAM);
  }

  @Test
  void aPromptCanAskForAToolAndForReasoning() throws Exception {
    Recorder tool = hear("[[tool:search]]");
    assertThat(((Finish) tool.awaitEnd()).reason()).isEqualTo("tool_calls");
    StringBuilder arguments = new StringBuilder();
    tool.frames.forEach(frame -> frame.pieces().forEach(piece -> arguments.append(((Piece.Tool) piece).delta().arguments())));
    assertThat(arguments).hasToString("{\"query\":\"simulated\"}");
    assertThat(hear("[[think]] Why?").frames)
        .anySatisfy(frame -> assertThat(frame.pieces()).hasOnlyElementsOfType(Piece.Reasoning.class).isNotEmpty());
  }

  @Test
  void asManyChoicesAreGivenAsAreAskedFor() throws Exception {
    var asked = request("[[words:5]] Tell me of ships");
    ObjectNode body = asked.body().deepCopy();
    body.put("n", 3);
    Recorder heard = new Recorder();
    Vertx vertx = Vertx.vertx();
    try {
      ProviderContract.open(answering(vertx, 0), new ProviderRequest(body, asked.model(), true, null), heard);
      assertThat(((Finish) heard.awaitEnd()).usage().completionTokens()).isEqualTo(15);
    } finally {
      vertx.close();
    }
    Map<Integer, String> texts = new TreeMap<>();
    for (Frame frame : heard.frames)
      for (JsonNode choice : Json.read(frame.raw()).path("choices"))
        texts.merge(choice.path("index").asInt(),
            choice.path("delta").path("content").asText("") + (choice.hasNonNull("finish_reason") ? "|" : ""), String::concat);
    assertThat(texts).containsOnlyKeys(0, 1, 2);
    assertThat(texts.values()).containsOnly(heard.text() + "|");
  }

  @Test
  void aPrefixIsGoneOnFromAtItsLastCharacter() throws Exception {
    String whole = hear("[[words:30]] Tell me of ships").text();
    for (int length : new int[]{0, 1, 17, whole.length() - 1, whole.length()}) {
      Recorder heard = new Recorder();
      Vertx vertx = Vertx.vertx();
      try {
        var asked = request("[[words:30]] Tell me of ships");
        ProviderContract.open(answering(vertx, 0), new ProviderRequest(asked.body(), asked.model(), true, whole.substring(0, length)),
            heard);
        assertThat(heard.awaitEnd()).isInstanceOf(Finish.class);
      } finally {
        vertx.close();
      }
      assertThat(heard.text()).isEqualTo(whole.substring(length));
    }
  }
}

package dev.chorus.streaming.simulated;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.model.Words;
import dev.chorus.streaming.provider.ChatFrames;
import dev.chorus.streaming.provider.Generation;
import dev.chorus.streaming.provider.Provider;
import dev.chorus.streaming.provider.ProviderRequest;
import dev.chorus.streaming.provider.ProviderSink;
import io.vertx.core.Vertx;
import java.time.Clock;

/** Answers out of the prompt itself, at a set pace. What a prompt can ask of it stands at {@link Script}. */
public final class SimulatedProvider implements Provider {
  private static final int SLOWDOWN = 10;
  private static final int ID_LETTERS = 20;
  private static final int MAX_CHOICES = 128;
  private final Vertx vertx;
  private final Clock clock;
  private final double tokensPerSecond;

  public SimulatedProvider(Vertx vertx, Clock clock, double tokensPerSecond) {
    this.vertx = vertx;
    this.clock = clock;
    this.tokensPerSecond = tokensPerSecond;
  }

  @Override
  public Generation open(ProviderRequest request, ProviderSink sink) {
    String prompt = lastUserText(request.body().path("messages"));
    Script script = Script.read(prompt);
    double rate = script.rate() > 0 ? script.rate() : tokensPerSecond;
    ChatFrames frames = new ChatFrames(Words.random(ID_LETTERS), clock.millis(), request.model(), request.raw());
    SimulatedAnswer answer = SimulatedAnswer.of(script, Script.withoutCommands(prompt), frames, maxTokens(request.body()),
        words(request.body().path("messages")), request.prefix())
        .times(request.raw() ? Math.clamp(request.body().path("n").asInt(1), 1, MAX_CHOICES) : 1, frames);
    SimulatedGeneration generation = new SimulatedGeneration(vertx, clock, answer, sink, script.slow() ? rate / SLOWDOWN : rate);
    generation.start();
    return generation;
  }

  private static String lastUserText(JsonNode messages) {
    String last = "";
    for (JsonNode message : messages)
      if (message.path("role").asText().equals("user"))
        last = text(message.path("content"));
    return last;
  }

  /** Content is a text, or a list of parts of which some are text. */
  private static String text(JsonNode content) {
    if (content.isTextual())
      return content.textValue();
    StringBuilder text = new StringBuilder();
    for (JsonNode part : content)
      text.append(part.path("text").asText(""));
    return text.toString();
  }

  private static int words(JsonNode messages) {
    int words = 0;
    for (JsonNode message : messages) {
      String text = text(message.path("content"));
      if (!text.isBlank())
        words += text.strip().split("\\s+", -1).length;
    }
    return words;
  }

  private static int maxTokens(JsonNode body) {
    JsonNode newer = body.path("max_completion_tokens");
    int max = (newer.isNumber() ? newer : body.path("max_tokens")).asInt(0);
    return max > 0 ? max : Integer.MAX_VALUE;
  }
}

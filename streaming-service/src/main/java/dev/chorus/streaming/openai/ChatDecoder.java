package dev.chorus.streaming.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.protocol.Json;
import dev.chorus.protocol.Usage;
import dev.chorus.streaming.exchange.ErrorBody;
import dev.chorus.streaming.exchange.EventReader;
import dev.chorus.streaming.exchange.Heard;
import dev.chorus.streaming.provider.Finish;
import dev.chorus.streaming.provider.Frame;
import dev.chorus.streaming.provider.Piece;
import dev.chorus.streaming.provider.ProviderFailure;
import dev.chorus.streaming.provider.ProviderFailure.Cause;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Reads the chunks of one chat completion and knows whether the answer is whole: it is when every choice that was asked for, or seen, has its finish reason. The text is that of
 * the first choice; all choices are in the raw frames.
 */
final class ChatDecoder implements EventReader {
  private static final String DONE = "[DONE]";
  private final int choices;
  private final boolean raw;
  private final ErrorBody errors;
  /** Finish reason by index, "" while there is none. */
  private final Map<Integer, String> seen = new HashMap<>();
  private Usage usage;

  /** @param choices as many were asked for */
  ChatDecoder(int choices, boolean raw, ErrorBody errors) {
    this.choices = choices;
    this.raw = raw;
    this.errors = errors;
  }

  @Override
  public void on(String data, Consumer<Heard> heard) {
    heard.accept(on(data));
  }

  Heard on(String data) {
    if (data.strip().equals(DONE))
      return new Heard.Done();
    PlainChunk plain = isOneLine(data) ? PlainChunk.of(data) : null;
    return plain == null ? whole(data) : said(plain, data);
  }

  private Heard said(PlainChunk plain, String data) {
    seen.putIfAbsent(plain.index(), "");
    boolean token = !plain.text().isEmpty();
    List<Piece> pieces = token && plain.index() == 0 ? List.of(new Piece.Content(plain.text())) : List.of();
    return new Heard.Said(new Frame(pieces, token, raw ? data : null));
  }

  private Heard whole(String data) {
    JsonNode chunk;
    try {
      chunk = Json.read(data);
    } catch (JsonProcessingException e) {
      return malformed();
    }
    if (!chunk.isObject())
      return malformed();
    if (chunk.hasNonNull("error"))
      return new Heard.Failed(errors.inBand(chunk));
    JsonNode list = chunk.path("choices");
    if (!list.isMissingNode() && !list.isNull() && !list.isArray())
      return malformed();
    List<Piece> pieces = new ArrayList<>(1);
    boolean token = false;
    for (JsonNode choice : list) {
      int index = choice.path("index").asInt(0);
      String reason = choice.path("finish_reason").asText("");
      if (reason.equals("error"))
        return new Heard.Failed(errors.inBand(chunk));
      seen.merge(index, reason.equals("null") ? "" : reason, (before, now) -> now.isEmpty() ? before : now);
      token |= Deltas.isToken(choice.path("delta"));
      if (index == 0)
        Deltas.pieces(choice.path("delta"), pieces);
    }
    count(chunk.path("usage"));
    return new Heard.Said(new Frame(pieces, token, raw ? oneLine(data, chunk) : null));
  }

  /** Whether every choice has said why it ended, and none that was asked for is missing. */
  @Override
  public boolean isWhole() {
    return seen.size() >= choices && saidWhy();
  }

  /** Whether every choice that was seen has said why it ended; that is all there is to know once the stream is over. */
  @Override
  public boolean saidWhy() {
    return !seen.isEmpty() && seen.values().stream().noneMatch(String::isEmpty);
  }

  @Override
  public Finish finish() {
    return new Finish(seen.getOrDefault(0, seen.values().iterator().next()), usage);
  }

  private void count(JsonNode said) {
    if (!said.isObject())
      return;
    long prompt = said.path("prompt_tokens").asLong(0);
    long completion = said.path("completion_tokens").asLong(0);
    usage = new Usage(prompt, completion, said.path("total_tokens").asLong(prompt + completion), null);
  }

  /** A frame goes out as one data line; the rare one over several lines is written anew. */
  private static String oneLine(String data, JsonNode chunk) {
    return isOneLine(data) ? data : Json.text(chunk);
  }

  private static boolean isOneLine(String data) {
    return data.indexOf('\n') < 0 && data.indexOf('\r') < 0;
  }

  private static Heard malformed() {
    return new Heard.Failed(ProviderFailure.of(Cause.MALFORMED, "The provider sent something that is not a chunk of an answer."));
  }
}

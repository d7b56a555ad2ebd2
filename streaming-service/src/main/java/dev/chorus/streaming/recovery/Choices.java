package dev.chorus.streaming.recovery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.bus.StreamRecord;
import dev.chorus.protocol.Json;
import dev.chorus.streaming.provider.Frame;
import dev.chorus.streaming.provider.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the provider's own frames have said of an answer with several choices, so that another attempt can be compared with all of them. Only text is compared: choices that
 * reason or call tools are not gone on with.
 */
public final class Choices {
  /** Fields of a delta that say nothing of the text. */
  private static final Set<String> SILENT = Set.of("role", "content");
  private final boolean several;
  private final Map<Integer, Choice> said = new TreeMap<>();
  private boolean comparable = true;

  /** One choice: its text, how much of it an attempt that began again has repeated, and whether it has said why it ended. */
  private static final class Choice {
    final StringBuilder text = new StringBuilder();
    int repeated;
    boolean finished;

    boolean isRepeated() {
      return repeated == text.length();
    }
  }

  /** @param several it has several choices, in frames that are passed through; else nothing is kept */
  public Choices(boolean several) {
    this.several = several;
  }

  public boolean areSeveral() {
    return several;
  }

  /** Another owner has written these. */
  public void resume(List<StreamRecord> records) {
    for (StreamRecord record : records)
      if (record instanceof StreamRecord.Chunk chunk)
        add(chunk.raw());
      else if (record instanceof StreamRecord.Notice notice && notice.fromSeq() != null)
        clear();
  }

  /** Readers have that frame; null: none. */
  public void add(String raw) {
    if (!several || raw == null)
      return;
    for (JsonNode choice : read(raw).path("choices")) {
      Choice known = said.computeIfAbsent(choice.path("index").asInt(0), index -> new Choice());
      known.text.append(choice.path("delta").path("content").asText(""));
      known.repeated = known.text.length();
      known.finished |= choice.hasNonNull("finish_reason");
      comparable &= saysTextOnly(choice.path("delta"));
    }
  }

  /** Readers have nothing any more. */
  public void clear() {
    said.clear();
    comparable = true;
  }

  /** Whether another attempt can be compared with what was said. */
  public boolean isComparable() {
    return comparable && !said.isEmpty();
  }

  /** An attempt begins the answer again. */
  public void again() {
    said.values().forEach(choice -> choice.repeated = 0);
  }

  /**
   * What is new in a frame of an attempt that began again.
   *
   * @return the frame without what readers have, which is empty ({@code raw} null) where there is nothing new in it; null: it says something else
   */
  public Frame rest(Frame frame) {
    if (!(read(frame.raw()) instanceof ObjectNode chunk))
      return frame;
    ArrayNode kept = Json.MAPPER.createArrayNode();
    boolean first = false;
    String text = "";
    for (JsonNode choice : chunk.path("choices")) {
      int index = choice.path("index").asInt(0);
      ObjectNode rest = rest(said.computeIfAbsent(index, unknown -> new Choice()), choice);
      if (rest == null)
        return null;
      if (rest.isEmpty())
        continue;
      kept.add(rest);
      first |= index == 0;
      text = index == 0 ? rest.path("delta").path("content").asText("") : text;
    }
    // Without a choice it is the end's when all was repeated, else it begins the answer, as the attempt before has done.
    if (kept.isEmpty() && (!chunk.path("choices").isEmpty() || !isRepeated()))
      return new Frame(List.of(), false, null);
    chunk.set("choices", kept);
    return new Frame(first ? pieces(frame.pieces(), text) : List.of(), frame.token(), Json.text(chunk));
  }

  /** Empty: nothing new; null: something else. */
  private static ObjectNode rest(Choice known, JsonNode choice) {
    String text = choice.path("delta").path("content").asText("");
    int most = Math.min(text.length(), known.text.length() - known.repeated);
    if (!known.text.substring(known.repeated, known.repeated + most).equals(text.substring(0, most)))
      return null;
    known.repeated += most;
    String more = text.substring(most);
    boolean ends = choice.hasNonNull("finish_reason");
    boolean other = !saysTextOnly(choice.path("delta"));
    boolean goesOn = !more.isEmpty() || other;
    if ((goesOn && known.finished) || ((other || ends) && !known.isRepeated()))
      return null;
    if (!goesOn && (!ends || known.finished))
      return Json.MAPPER.createObjectNode();
    ObjectNode rest = choice.deepCopy();
    if (rest.path("delta") instanceof ObjectNode delta && delta.has("content"))
      delta.put("content", more);
    return rest;
  }

  private static List<Piece> pieces(List<Piece> pieces, String text) {
    List<Piece> rest = new ArrayList<>(pieces.size());
    for (Piece piece : pieces)
      if (!(piece instanceof Piece.Content))
        rest.add(piece);
      else if (!text.isEmpty())
        rest.add(new Piece.Content(text));
    return rest;
  }

  /** Whether the attempt that began again has repeated all that was said. */
  public boolean isRepeated() {
    return said.values().stream().allMatch(Choice::isRepeated);
  }

  private static boolean saysTextOnly(JsonNode delta) {
    return delta.properties().stream().allMatch(field -> SILENT.contains(field.getKey()) || isEmpty(field.getValue()));
  }

  private static boolean isEmpty(JsonNode value) {
    return value.isNull() || (value.isTextual() && value.textValue().isEmpty()) || (value.isContainerNode() && value.isEmpty());
  }

  private static JsonNode read(String raw) {
    try {
      return Json.read(raw);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a frame that was read before cannot be read", e);
    }
  }
}

package dev.chorus.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.chorus.model.Problem;
import dev.chorus.model.RoomId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Encodes what the server says, as the bytes of one envelope: {@code {"type","id"?,"room"?,"seq"?,"data"}}, UTF-8, on one line.
 * An owner encodes once and every gateway writes those same bytes.
 */
public final class EventCodec {
  private static final byte[] REDELIVERED = ",\"redelivered\":true}".getBytes(StandardCharsets.UTF_8);
  private static final ObjectWriter WRITER = Json.MAPPER.writer();

  private EventCodec() {}

  /**
   * @param room on the envelope, or null
   * @param seq on the envelope, or null
   */
  public static byte[] event(Event event, RoomId room, Long seq) {
    return envelope(event.type(), null, room, seq, event);
  }

  public static byte[] event(Event event) {
    return event(event, null, null);
  }

  /** An event of a type that is not ours. */
  static byte[] other(String type, RoomId room, JsonNode data) {
    return envelope(type, null, room, null, data);
  }

  /** An event whose data is JSON already. */
  public static byte[] event(String type, long seq, byte[] data) {
    byte[] head = ("{\"type\":\"" + type + "\",\"seq\":" + seq + ",\"data\":").getBytes(StandardCharsets.UTF_8);
    byte[] envelope = Arrays.copyOf(head, head.length + data.length + 1);
    System.arraycopy(data, 0, envelope, head.length, data.length);
    envelope[envelope.length - 1] = '}';
    return envelope;
  }

  public static byte[] ack(JsonNode id, Ack data) {
    return envelope("ack", id, null, null, data);
  }

  /** The same envelope with {@code "redelivered":true} on it. */
  public static byte[] redelivered(byte[] envelope) {
    byte[] marked = Arrays.copyOf(envelope, envelope.length - 1 + REDELIVERED.length);
    System.arraycopy(REDELIVERED, 0, marked, envelope.length - 1, REDELIVERED.length);
    return marked;
  }

  /** @param id null when the frame had none; the error is then without one too */
  public static byte[] error(JsonNode id, Problem problem) {
    return envelope("error", id, null, null, body(problem));
  }

  /** The data of an error, where it stands by itself: {@code {"code","message","retryable","retryAfterMs"?}}. */
  public static JsonNode problem(Problem problem) {
    return Json.MAPPER.valueToTree(body(problem));
  }

  /** The body of an HTTP answer that refuses: {@code {"error":{"code","message","retryable","retryAfterMs"?}}}. */
  public static byte[] httpError(Problem problem) {
    return Json.bytes(java.util.Map.of("error", body(problem)));
  }

  /**
   * An ephemeral event for a room out of ready-made items, e.g. {@code {"type":"typing:start","room":R,"data":{"users":[item,item]}}}.
   *
   * @param list the name of the list in data
   * @param version the roster's version, or null for types that carry none
   */
  public static byte[] list(String type, RoomId room, String list, List<byte[]> items, Long version) {
    StringBuilder out = new StringBuilder(64 + items.size() * 64);
    out.append("{\"type\":\"").append(type).append("\",\"room\":\"").append(room.value()).append("\",\"data\":{\"").append(list)
        .append("\":[");
    for (int i = 0; i < items.size(); i++) {
      if (i > 0)
        out.append(',');
      out.append(new String(items.get(i), StandardCharsets.UTF_8));
    }
    out.append(']');
    if (version != null)
      out.append(",\"version\":").append(version.longValue());
    return out.append("}}").toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * An ephemeral event for a room whose data is one ready-made object.
   *
   * @param json of an object that is not empty
   * @param version the roster's, which is added to the data, or null
   */
  public static byte[] single(String type, RoomId room, byte[] json, Long version) {
    String data = new String(json, StandardCharsets.UTF_8);
    if (version != null)
      data = data.substring(0, data.length() - 1) + ",\"version\":" + version + '}';
    return ("{\"type\":\"" + type + "\",\"room\":\"" + room.value() + "\",\"data\":" + data + '}').getBytes(StandardCharsets.UTF_8);
  }

  private record Body(String code, String message, boolean retryable,
      @com.fasterxml.jackson.annotation.JsonInclude(com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL) Long retryAfterMs) {}

  private static Body body(Problem problem) {
    return new Body(problem.code().word(), problem.message(), problem.retryable(), problem.retryAfterMs());
  }

  private static byte[] envelope(String type, JsonNode id, RoomId room, Long seq, Object data) {
    try (ByteArrayBuilder bytes = new ByteArrayBuilder(Json.MAPPER.getFactory()._getBufferRecycler(), 512);
        JsonGenerator out = Json.MAPPER.createGenerator(bytes)) {
      out.writeStartObject();
      out.writeStringField("type", type);
      if (id != null) {
        out.writeFieldName("id");
        id(out, id);
      }
      if (room != null)
        out.writeStringField("room", room.value());
      if (seq != null)
        out.writeNumberField("seq", seq);
      out.writeFieldName("data");
      WRITER.writeValue(out, data);
      out.writeEndObject();
      out.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + type, e);
    }
  }

  private static void id(JsonGenerator out, JsonNode id) throws IOException {
    if (id.isTextual())
      out.writeString(id.textValue());
    else if (id.isInt() || id.isLong())
      out.writeNumber(id.longValue());
    else
      out.writeTree(id);
  }
}

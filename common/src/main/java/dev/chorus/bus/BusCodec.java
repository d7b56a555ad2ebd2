package dev.chorus.bus;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The one codec of the bus: within a JVM the record itself, between JVMs the name of its type and its components in CBOR (RFC 8949).
 *
 * <pre>
 * int32 total length | uint8 length of name | name, ASCII | CBOR
 * </pre>
 */
final class BusCodec implements MessageCodec<BusMessage, BusMessage> {
  static final String NAME = "chorus";
  private static final int LENGTH_BYTES = 4;
  private static final ObjectMapper CBOR = CBORMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
      .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS)).build();
  private final Map<String, Class<?>> types = new HashMap<>();

  BusCodec() {
    register(BusMessage.class);
  }

  private void register(Class<?> type) {
    if (type.isSealed()) {
      for (Class<?> permitted : type.getPermittedSubclasses())
        register(permitted);
    } else if (types.put(type.getSimpleName(), type) != null) {
      throw new IllegalStateException("two bus messages are called " + type.getSimpleName());
    }
  }

  @Override
  public void encodeToWire(Buffer buffer, BusMessage message) {
    try {
      byte[] name = message.getClass().getSimpleName().getBytes(StandardCharsets.US_ASCII);
      byte[] body = CBOR.writeValueAsBytes(message);
      buffer.appendInt(1 + name.length + body.length).appendByte((byte) name.length).appendBytes(name).appendBytes(body);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot encode " + message.getClass().getSimpleName(), e);
    }
  }

  @Override
  public BusMessage decodeFromWire(int position, Buffer buffer) {
    int end = position + LENGTH_BYTES + buffer.getInt(position);
    int nameLength = buffer.getByte(position + LENGTH_BYTES);
    int nameStart = position + LENGTH_BYTES + 1;
    String name = buffer.getString(nameStart, nameStart + nameLength, "US-ASCII");
    Class<?> type = types.get(name);
    if (type == null)
      throw new IllegalArgumentException("unknown bus message " + name);
    try {
      return (BusMessage) CBOR.readValue(buffer.getBytes(nameStart + nameLength, end), type);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot decode " + name, e);
    }
  }

  @Override
  public BusMessage transform(BusMessage message) {
    return message;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}

package dev.chorus.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Writes bytes that are JSON already as they are. */
final class RawJson extends JsonSerializer<byte[]> {
  @Override
  public void serialize(byte[] json, JsonGenerator out, SerializerProvider context) throws IOException {
    out.writeRawValue(new String(json, StandardCharsets.UTF_8));
  }
}

package dev.chorus.model;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import java.io.IOException;

/** Writes text that is JSON already as it is; between nodes, whose binary form knows no raw JSON, as text. */
final class JsonText extends JsonSerializer<String> {
  @Override
  public void serialize(String json, JsonGenerator out, SerializerProvider context) throws IOException {
    if (out.canWriteBinaryNatively())
      out.writeString(json);
    else
      out.writeRawValue(json);
  }
}

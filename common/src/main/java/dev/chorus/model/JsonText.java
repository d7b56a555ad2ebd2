package dev.chorus.model;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import java.io.IOException;

/** Text that is JSON of an object already: for clients it stands as it is, between nodes, whose binary form knows no raw JSON, as text. */
final class JsonText {
  private JsonText() {}

  static final class Writer extends JsonSerializer<String> {
    @Override
    public void serialize(String json, JsonGenerator out, SerializerProvider context) throws IOException {
      if (out.canWriteBinaryNatively())
        out.writeString(json);
      else
        out.writeRawValue(json);
    }
  }

  static final class Reader extends JsonDeserializer<String> {
    @Override
    public String deserialize(JsonParser in, DeserializationContext context) throws IOException {
      return in.currentToken() == JsonToken.VALUE_STRING ? in.getText() : context.readTree(in).toString();
    }
  }
}

package dev.chorus.bus;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import dev.chorus.bus.GatewayMessage.StreamRecords;
import dev.chorus.bus.StreamRecord.Chunk;
import dev.chorus.bus.StreamRecord.Kind;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.ToolDelta;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes and reads {@link StreamRecords} with the very names that the library would use, but without its reflection: tokens are what crosses the bus most often. Nodes that leave
 * it to the library understand each other with those that do not.
 */
final class StreamRecordsFormat {
  private static final String IS = "is";
  private static final String CHUNK = "chunk";

  private StreamRecordsFormat() {}

  static SimpleModule module() {
    return new SimpleModule().addSerializer(new Writer()).addDeserializer(StreamRecords.class, new Reader());
  }

  private static final class Writer extends StdSerializer<StreamRecords> {
    private static final long serialVersionUID = 1L;

    Writer() {
      super(StreamRecords.class);
    }

    @Override
    public void serialize(StreamRecords said, JsonGenerator out, SerializerProvider provider) throws IOException {
      out.writeStartObject();
      if (said.stream() != null)
        out.writeStringField("stream", said.stream().value());
      if (said.room() != null)
        out.writeStringField("room", said.room().value());
      if (said.open() != null)
        provider.defaultSerializeField("open", said.open(), out);
      out.writeNumberField("prev", said.prev());
      if (said.records() != null)
        write(said.records(), out, provider);
      out.writeEndObject();
    }

    private static void write(List<StreamRecord> records, JsonGenerator out, SerializerProvider provider) throws IOException {
      out.writeArrayFieldStart("records");
      for (StreamRecord record : records) {
        if (record instanceof Chunk chunk)
          write(chunk, out, provider);
        else
          provider.defaultSerializeValue(record, out);
      }
      out.writeEndArray();
    }

    private static void write(Chunk chunk, JsonGenerator out, SerializerProvider provider) throws IOException {
      out.writeStartObject();
      out.writeStringField(IS, CHUNK);
      out.writeNumberField("seq", chunk.seq());
      if (chunk.kind() != null)
        out.writeStringField("kind", chunk.kind().name());
      if (chunk.text() != null)
        out.writeStringField("text", chunk.text());
      if (chunk.tool() != null)
        provider.defaultSerializeField("tool", chunk.tool(), out);
      if (chunk.section() != null)
        out.writeStringField("section", chunk.section());
      if (chunk.raw() != null)
        out.writeStringField("raw", chunk.raw());
      out.writeEndObject();
    }
  }

  private static final class Reader extends StdDeserializer<StreamRecords> {
    private static final long serialVersionUID = 1L;

    Reader() {
      super(StreamRecords.class);
    }

    @Override
    public StreamRecords deserialize(JsonParser in, DeserializationContext context) throws IOException {
      StreamId stream = null;
      RoomId room = null;
      Event.StreamOpen open = null;
      long prev = 0;
      List<StreamRecord> records = null;
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        boolean isNull = in.nextToken() == JsonToken.VALUE_NULL;
        switch (name) {
          case "stream" -> stream = isNull ? null : new StreamId(in.getText());
          case "room" -> room = isNull ? null : new RoomId(in.getText());
          case "open" -> open = isNull ? null : context.readValue(in, Event.StreamOpen.class);
          case "prev" -> prev = in.getLongValue();
          case "records" -> records = isNull ? null : records(in, context);
          default -> in.skipChildren();
        }
      }
      return new StreamRecords(stream, room, open, prev, records);
    }

    private static List<StreamRecord> records(JsonParser in, DeserializationContext context) throws IOException {
      List<StreamRecord> records = new ArrayList<>();
      while (in.nextToken() != JsonToken.END_ARRAY) {
        if (in.hasToken(JsonToken.VALUE_NULL)) {
          records.add(null);
          continue;
        }
        if (!IS.equals(in.nextFieldName()))
          context.reportInputMismatch(StreamRecord.class, "a record does not say first what it is");
        String is = in.nextTextValue();
        in.nextToken();
        records.add(switch (is) {
          case CHUNK -> chunk(in, context);
          case "notice" -> other(in, context, StreamRecord.Notice.class);
          case "end" -> other(in, context, StreamRecord.End.class);
          case null, default -> context.reportInputMismatch(StreamRecord.class, "unknown record %s", is);
        });
      }
      return records;
    }

    private static StreamRecord other(JsonParser in, DeserializationContext context, Class<?> type) throws IOException {
      return (StreamRecord) context.findContextualValueDeserializer(context.constructType(type), null).deserialize(in, context);
    }

    private static Chunk chunk(JsonParser in, DeserializationContext context) throws IOException {
      long seq = 0;
      Kind kind = null;
      String text = null;
      ToolDelta tool = null;
      String section = null;
      String raw = null;
      for (String name = in.hasToken(JsonToken.FIELD_NAME) ? in.currentName() : null; name != null; name = in.nextFieldName()) {
        boolean isNull = in.nextToken() == JsonToken.VALUE_NULL;
        switch (name) {
          case "seq" -> seq = in.getLongValue();
          case "kind" -> kind = isNull ? null : Kind.valueOf(in.getText());
          case "text" -> text = isNull ? null : in.getText();
          case "tool" -> tool = isNull ? null : context.readValue(in, ToolDelta.class);
          case "section" -> section = isNull ? null : in.getText();
          case "raw" -> raw = isNull ? null : in.getText();
          default -> in.skipChildren();
        }
      }
      return new Chunk(seq, kind, text, tool, section, raw);
    }
  }
}

package dev.chorus.bus;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.type.WritableTypeId;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Ack;
import dev.chorus.protocol.ClientFrame.Send;
import dev.chorus.protocol.MessageWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages and their acks on the bus, written and read by hand: they cross it by the thousands a second. On the wire they are what they would be without this class, names and
 * all, and as there a reader skips names that it does not know.
 */
final class SendCodec {
  private static final SerializableString ROOM = new SerializedString("room");
  private static final SerializableString CONTENT = new SerializedString("content");
  private static final SerializableString CLIENT_ID = new SerializedString("clientId");
  private static final SerializableString PRIORITY = new SerializedString("priority");
  private static final SerializableString GUARANTEE = new SerializedString("guarantee");
  private static final SerializableString TO = new SerializedString("to");
  private static final SerializableString ROLE = new SerializedString("role");
  private static final SerializableString AGENT_ID = new SerializedString("agentId");
  private static final SerializableString REPLY_TO = new SerializedString("replyTo");
  private static final SerializableString REQUIRES_ACK = new SerializedString("requiresAck");
  private static final SerializableString METADATA = new SerializedString("metadata");

  private SendCodec() {}

  static SimpleModule module() {
    return new SimpleModule("sends").addSerializer(Send.class, new SendWriter()).addDeserializer(Send.class, new SendReader())
        .addSerializer(Ack.Sent.class, new SentWriter()).addDeserializer(Ack.Sent.class, new SentReader());
  }

  private static final class SendWriter extends JsonSerializer<Send> {
    @Override
    public void serialize(Send send, JsonGenerator out, SerializerProvider context) throws IOException {
      out.writeStartObject();
      fields(send, out);
      out.writeEndObject();
    }

    @Override
    public void serializeWithType(Send send, JsonGenerator out, SerializerProvider context, TypeSerializer types) throws IOException {
      WritableTypeId type = types.writeTypePrefix(out, types.typeId(send, JsonToken.START_OBJECT));
      fields(send, out);
      types.writeTypeSuffix(out, type);
    }

    private static void fields(Send send, JsonGenerator out) throws IOException {
      text(out, ROOM, send.room() == null ? null : send.room().value());
      text(out, CONTENT, send.content());
      text(out, CLIENT_ID, send.clientId());
      word(out, PRIORITY, send.priority());
      word(out, GUARANTEE, send.guarantee());
      if (send.to() != null) {
        out.writeFieldName(TO);
        out.writeStartArray();
        for (UserId user : send.to())
          out.writeString(user.value());
        out.writeEndArray();
      }
      word(out, ROLE, send.role());
      text(out, AGENT_ID, send.agentId());
      if (send.replyTo() != null) {
        out.writeFieldName(REPLY_TO);
        out.writeNumber(send.replyTo());
      }
      out.writeFieldName(REQUIRES_ACK);
      out.writeBoolean(send.requiresAck());
      text(out, METADATA, send.metadata());
    }

    private static void word(JsonGenerator out, SerializableString name, Enum<?> word) throws IOException {
      text(out, name, word == null ? null : word.name());
    }

    private static void text(JsonGenerator out, SerializableString name, String value) throws IOException {
      if (value == null)
        return;
      out.writeFieldName(name);
      out.writeString(value);
    }
  }

  private static final class SendReader extends JsonDeserializer<Send> {
    @Override
    public Send deserialize(JsonParser in, DeserializationContext context) throws IOException {
      RoomId room = null;
      String content = null;
      String clientId = null;
      Send.Priority priority = null;
      Send.Guarantee guarantee = null;
      List<UserId> to = null;
      Send.Role role = null;
      String agentId = null;
      Long replyTo = null;
      boolean requiresAck = false;
      String metadata = null;
      for (String name = firstName(in); name != null; name = in.nextFieldName()) {
        if (in.nextToken() == JsonToken.VALUE_NULL)
          continue;
        switch (name) {
          case "room" -> room = new RoomId(in.getText());
          case "content" -> content = in.getText();
          case "clientId" -> clientId = in.getText();
          case "priority" -> priority = Send.Priority.valueOf(in.getText());
          case "guarantee" -> guarantee = Send.Guarantee.valueOf(in.getText());
          case "to" -> to = users(in);
          case "role" -> role = Send.Role.valueOf(in.getText());
          case "agentId" -> agentId = in.getText();
          case "replyTo" -> replyTo = in.getLongValue();
          case "requiresAck" -> requiresAck = in.getBooleanValue();
          case "metadata" -> metadata = in.getText();
          default -> in.skipChildren();
        }
      }
      return new Send(room, content, clientId, priority, guarantee, to, role, agentId, replyTo, requiresAck, metadata);
    }

    private static List<UserId> users(JsonParser in) throws IOException {
      List<UserId> users = new ArrayList<>();
      while (in.nextToken() != JsonToken.END_ARRAY)
        users.add(new UserId(in.getText()));
      return users;
    }
  }

  private static final class SentWriter extends JsonSerializer<Ack.Sent> {
    @Override
    public void serialize(Ack.Sent sent, JsonGenerator out, SerializerProvider context) throws IOException {
      MessageWriter.write(out, sent);
    }
  }

  private static final class SentReader extends JsonDeserializer<Ack.Sent> {
    @Override
    public Ack.Sent deserialize(JsonParser in, DeserializationContext context) throws IOException {
      String messageId = null;
      Long seq = null;
      String status = null;
      long at = 0;
      boolean duplicate = false;
      for (String name = firstName(in); name != null; name = in.nextFieldName()) {
        if (in.nextToken() == JsonToken.VALUE_NULL)
          continue;
        switch (name) {
          case "messageId" -> messageId = in.getText();
          case "seq" -> seq = in.getLongValue();
          case "status" -> status = in.getText();
          case "at" -> at = in.getLongValue();
          case "duplicate" -> duplicate = in.getBooleanValue();
          default -> in.skipChildren();
        }
      }
      return new Ack.Sent(messageId, seq, status, at, duplicate);
    }
  }

  /** The first name of an object. Where the type's name came before, the parser stands at the name behind it already, or at the end. */
  private static String firstName(JsonParser in) throws IOException {
    return in.currentToken() == JsonToken.START_OBJECT
        ? in.nextFieldName()
        : in.currentToken() == JsonToken.FIELD_NAME ? in.currentName() : null;
  }
}

package dev.chorus.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.chorus.protocol.Event.MessageNew;
import java.io.IOException;

/**
 * Writes by hand what there is one of for each message: its entry and its ack. Names, order and what is left out are those of the records' components; reading them by reflection
 * cost more than all other work on an entry.
 */
public final class MessageWriter {
  private static final SerializableString MESSAGE_ID = new SerializedString("messageId");
  private static final SerializableString CLIENT_ID = new SerializedString("clientId");
  private static final SerializableString SENDER = new SerializedString("sender");
  private static final SerializableString ROLE = new SerializedString("role");
  private static final SerializableString CONTENT = new SerializedString("content");
  private static final SerializableString PRIORITY = new SerializedString("priority");
  private static final SerializableString AGENT_ID = new SerializedString("agentId");
  private static final SerializableString REPLY_TO = new SerializedString("replyTo");
  private static final SerializableString METADATA = new SerializedString("metadata");
  private static final SerializableString AT = new SerializedString("at");
  private static final SerializableString EDITED = new SerializedString("edited");
  private static final SerializableString DELETED = new SerializedString("deleted");
  private static final SerializableString SEQ = new SerializedString("seq");
  private static final SerializableString STATUS = new SerializedString("status");
  private static final SerializableString DUPLICATE = new SerializedString("duplicate");

  private MessageWriter() {}

  static void write(JsonGenerator out, MessageNew message) throws IOException {
    out.writeStartObject();
    text(out, MESSAGE_ID, message.messageId());
    text(out, CLIENT_ID, message.clientId());
    text(out, SENDER, message.sender() == null ? null : message.sender().value());
    text(out, ROLE, message.role());
    text(out, CONTENT, message.content());
    text(out, PRIORITY, message.priority());
    text(out, AGENT_ID, message.agentId());
    if (message.replyTo() != null)
      number(out, REPLY_TO, message.replyTo());
    if (message.metadata() != null) {
      out.writeFieldName(METADATA);
      out.writeRawValue(message.metadata());
    }
    number(out, AT, message.at());
    if (message.edited() != null) {
      out.writeFieldName(EDITED);
      out.writeStartObject();
      number(out, SEQ, message.edited().seq());
      number(out, AT, message.edited().at());
      out.writeEndObject();
    }
    if (message.deleted() != null) {
      out.writeFieldName(DELETED);
      out.writeBoolean(message.deleted());
    }
    out.writeEndObject();
  }

  /** In JSON or any other format of a generator. */
  public static void write(JsonGenerator out, Ack.Sent sent) throws IOException {
    out.writeStartObject();
    text(out, MESSAGE_ID, sent.messageId());
    out.writeFieldName(SEQ);
    if (sent.seq() == null)
      out.writeNull();
    else
      out.writeNumber(sent.seq());
    text(out, STATUS, sent.status());
    number(out, AT, sent.at());
    out.writeFieldName(DUPLICATE);
    out.writeBoolean(sent.duplicate());
    out.writeEndObject();
  }

  private static void text(JsonGenerator out, SerializableString name, String value) throws IOException {
    if (value == null)
      return;
    out.writeFieldName(name);
    out.writeString(value);
  }

  private static void number(JsonGenerator out, SerializableString name, long value) throws IOException {
    out.writeFieldName(name);
    out.writeNumber(value);
  }
}

package dev.chorus.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.model.Text;
import dev.chorus.model.UserId;
import dev.chorus.protocol.ClientFrame.Send;
import java.util.ArrayList;
import java.util.List;

/** Decodes the data of frames about messages (docs/protocol.md, section 3). Each method fails with a {@link Refusal}. */
final class MessageFrames {
  private static final int MAX_AGENT = 128;
  private final Limits limits;

  MessageFrames(Limits limits) {
    this.limits = limits;
  }

  Send send(RoomId room, Fields data) {
    String content = content(data);
    String clientId = clientId(data);
    Send.Guarantee guarantee = data.word("guarantee", Send.Guarantee.class, Send.Guarantee.AT_LEAST_ONCE);
    if (guarantee == Send.Guarantee.EXACTLY_ONCE && clientId == null) {
      throw Problem.badRequest("'guarantee' exactly-once needs a 'clientId'.").refusal();
    }
    return new Send(room, content, clientId, data.word("priority", Send.Priority.class, Send.Priority.NORMAL), guarantee,
        users(data.array("to")), data.word("role", Send.Role.class, Send.Role.USER), data.text("agentId", MAX_AGENT),
        data.sequence("replyTo"), data.flag("requiresAck", true), metadata(data));
  }

  ClientFrame.Edit edit(RoomId room, Fields data) {
    return new ClientFrame.Edit(room, data.requiredText("messageId"), content(data), clientId(data), metadata(data));
  }

  ClientFrame.Delete delete(RoomId room, Fields data) {
    return new ClientFrame.Delete(room, data.requiredText("messageId"), clientId(data));
  }

  ClientFrame.Read read(RoomId room, Fields data) {
    Long seq = data.sequence("seq");
    String messageId = data.text("messageId");
    if ((seq == null) == (messageId == null))
      throw Problem.badRequest("Give 'seq' or 'messageId', one of them.").refusal();
    return new ClientFrame.Read(room, seq, messageId, metadata(data));
  }

  private String content(Fields data) {
    String content = data.requiredText("content");
    if (content.isEmpty())
      throw Problem.badRequest("'content' is empty.").refusal();
    if (Text.utf8Length(content) > limits.contentBytes()) {
      throw Refusal.of(ErrorCode.TOO_LARGE, "'content' is longer than " + limits.contentBytes() + " bytes.");
    }
    return content;
  }

  String clientId(Fields data) {
    String clientId = data.text("clientId", limits.clientIdCharacters());
    if (clientId != null && clientId.isEmpty())
      throw Problem.badRequest("'clientId' is empty.").refusal();
    return clientId;
  }

  private String metadata(Fields data) {
    return data.objectText("metadata", limits.metadataBytes());
  }

  private static List<UserId> users(ArrayNode names) {
    if (names == null)
      return null;
    List<UserId> users = new ArrayList<>(names.size());
    for (JsonNode name : names) {
      if (!name.isTextual())
        throw Problem.badRequest("'to' is not a list of users.").refusal();
      users.add(UserId.parse(name.textValue()));
    }
    return users;
  }
}

package dev.chorus.delivery;

import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.ClientFrame.Send;
import java.util.List;

/** Messages as tests write them; what they do not care about has its default. */
final class Messages {
  private Messages() {}

  static Append message(String room, String sender, String clientId, String content) {
    return new Append(new UserId(sender), false, send(room, clientId, content));
  }

  static Send send(String room, String clientId, String content) {
    return new Send(new RoomId(room), content, clientId, Send.Priority.NORMAL, Send.Guarantee.AT_LEAST_ONCE, null, Send.Role.USER, null,
        null, true, null);
  }

  static Append byAdmin(Append message) {
    return new Append(message.sender(), true, message.entry());
  }

  static Append metadata(Append message, String json) {
    Send s = (Send) message.entry();
    return with(message,
        new Send(s.room(), s.content(), s.clientId(), s.priority(), s.guarantee(), s.to(), s.role(), s.agentId(), s.replyTo(),
            s.requiresAck(), json));
  }

  static Append to(Append message, String... users) {
    Send s = (Send) message.entry();
    return with(message,
        new Send(s.room(), s.content(), s.clientId(), s.priority(), s.guarantee(), List.of(users).stream().map(UserId::new).toList(),
            s.role(),
            s.agentId(), s.replyTo(), s.requiresAck(), s.metadata()));
  }

  static Append replyTo(Append message, long seq) {
    Send s = (Send) message.entry();
    return with(message,
        new Send(s.room(), s.content(), s.clientId(), s.priority(), s.guarantee(), s.to(), s.role(), s.agentId(), seq, s.requiresAck(),
            s.metadata()));
  }

  static Append as(Append message, Send.Role role, String agentId, Send.Priority priority) {
    Send s = (Send) message.entry();
    return with(message,
        new Send(s.room(), s.content(), s.clientId(), priority, s.guarantee(), s.to(), role, agentId, s.replyTo(), s.requiresAck(),
            s.metadata()));
  }

  static Append guaranteed(Append message, Send.Guarantee guarantee) {
    Send s = (Send) message.entry();
    return with(message,
        new Send(s.room(), s.content(), s.clientId(), s.priority(), guarantee, s.to(), s.role(), s.agentId(), s.replyTo(), s.requiresAck(),
            s.metadata()));
  }

  static Append withoutAck(Append message) {
    Send s = (Send) message.entry();
    return with(message,
        new Send(s.room(), s.content(), s.clientId(), s.priority(), s.guarantee(), s.to(), s.role(), s.agentId(), s.replyTo(), false,
            s.metadata()));
  }

  private static Append with(Append message, Send send) {
    return new Append(message.sender(), message.admin(), send);
  }
}

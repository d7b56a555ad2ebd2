package dev.chorus.delivery.lane;

import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.delivery.log.PriorityColumn;
import dev.chorus.model.UserId;
import dev.chorus.protocol.ClientFrame.Send;
import dev.chorus.protocol.Json;
import java.util.List;
import java.util.Locale;

/** The columns of a batch, one array element per draft, in its order. */
final class AppendRows {
  final String[] rooms;
  final String[] senders;
  final String[] clientIds;
  final String[] ids;
  final String[] roles;
  final String[] contents;
  final Short[] priorities;
  final String[] agentIds;
  final Long[] replies;
  final Boolean[] acks;
  final String[] metadatas;
  final Boolean[] admins;
  /** Null when no draft names any: the function then asks nothing about them. */
  String[] recipients;

  AppendRows(List<Draft> drafts) {
    int size = drafts.size();
    rooms = new String[size];
    senders = new String[size];
    clientIds = new String[size];
    ids = new String[size];
    roles = new String[size];
    contents = new String[size];
    priorities = new Short[size];
    agentIds = new String[size];
    replies = new Long[size];
    acks = new Boolean[size];
    metadatas = new String[size];
    admins = new Boolean[size];
    for (int i = 0; i < size; i++)
      set(i, drafts.get(i));
  }

  private void set(int i, Draft draft) {
    Append append = draft.append();
    Send send = append.send();
    rooms[i] = send.room().value();
    senders[i] = append.sender().value();
    clientIds[i] = send.clientId();
    ids[i] = draft.messageId();
    roles[i] = role(send.role());
    contents[i] = send.content();
    priorities[i] = PriorityColumn.of(send.priority());
    agentIds[i] = send.agentId();
    replies[i] = send.replyTo();
    acks[i] = send.requiresAck();
    metadatas[i] = send.metadata();
    admins[i] = append.admin();
    if (send.to() != null) {
      if (recipients == null)
        recipients = new String[rooms.length];
      recipients[i] = Json.text(send.to().stream().map(UserId::value).toList());
    }
  }

  private static String role(Send.Role role) {
    return role == Send.Role.USER ? "user" : role.name().toLowerCase(Locale.ROOT);
  }
}

package dev.chorus.delivery.lane;

import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.delivery.log.MessageId;
import dev.chorus.delivery.log.PriorityColumn;
import dev.chorus.model.UserId;
import dev.chorus.protocol.ClientFrame.Delete;
import dev.chorus.protocol.ClientFrame.Edit;
import dev.chorus.protocol.ClientFrame.Send;
import dev.chorus.protocol.Json;
import java.util.List;
import java.util.Locale;

/** The columns of a batch, one array element per draft, in its order. */
final class AppendRows {
  private static final short MESSAGE = 0;
  private static final short EDIT = 1;
  private static final short DELETION = 2;
  private static final short PASSING = 3;
  private static final MessageId NO_MESSAGE = new MessageId("", -1);
  final String[] rooms;
  final Short[] kinds;
  final Long[] targets;
  final String[] targetIds;
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
    kinds = new Short[size];
    targets = new Long[size];
    targetIds = new String[size];
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
    rooms[i] = draft.room();
    senders[i] = append.sender().value();
    clientIds[i] = append.entry().clientId();
    ids[i] = draft.messageId();
    admins[i] = append.admin();
    switch (append.entry()) {
      case Send send -> set(i, send);
      case Edit edit -> change(i, EDIT, edit.messageId(), edit.content(), edit.metadata());
      case Delete deletion -> change(i, DELETION, deletion.messageId(), "", null);
    }
  }

  private void set(int i, Send send) {
    kinds[i] = send.guarantee() == Send.Guarantee.AT_MOST_ONCE ? PASSING : MESSAGE;
    roles[i] = role(send.role());
    contents[i] = send.content();
    priorities[i] = PriorityColumn.of(send.priority());
    agentIds[i] = send.agentId();
    replies[i] = send.replyTo();
    acks[i] = send.requiresAck();
    metadatas[i] = send.metadata();
    if (send.to() != null) {
      if (recipients == null)
        recipients = new String[rooms.length];
      recipients[i] = Json.text(send.to().stream().map(UserId::value).toList());
    }
  }

  private void change(int i, short kind, String messageId, String content, String metadata) {
    MessageId target = MessageId.parse(messageId).orElse(NO_MESSAGE);
    kinds[i] = kind;
    targets[i] = target.seq();
    targetIds[i] = target.word();
    roles[i] = role(Send.Role.USER);
    contents[i] = content;
    priorities[i] = PriorityColumn.of(Send.Priority.NORMAL);
    acks[i] = false;
    metadatas[i] = metadata;
  }

  private static String role(Send.Role role) {
    return role == Send.Role.USER ? "user" : role.name().toLowerCase(Locale.ROOT);
  }
}

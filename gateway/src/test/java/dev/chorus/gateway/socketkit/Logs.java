package dev.chorus.gateway.socketkit;

import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.ClientFrame;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.EventCodec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the database would hold: the logs of rooms and their members. Used on one context only. */
public final class Logs {
  private final Map<RoomId, Log> logs = new HashMap<>();

  /** One room. */
  public static final class Log {
    public final RoomId room;
    public final String epoch;
    public final List<byte[]> entries = new ArrayList<>();
    public final Map<String, Long> seqs = new HashMap<>();
    public final Set<UserId> members = new HashSet<>();
    /** Entries below it have been dropped. */
    public long oldest = 1;

    Log(RoomId room) {
      this.room = room;
      this.epoch = "epoch-" + room;
    }

    public long head() {
      return entries.size();
    }

    /** Returns its seq. */
    public long append(UserId sender, ClientFrame.Entry entry) {
      long seq = head() + 1;
      Event event = switch (entry) {
        case ClientFrame.Send send ->
          new Event.MessageNew("m" + seq, send.clientId(), sender, "user", send.content(), "normal", null, null, send.metadata(), seq);
        case ClientFrame.Edit edit -> new Event.MessageUpdate(edit.messageId(), 1, edit.content(), edit.metadata(), sender, seq);
        case ClientFrame.Delete delete -> new Event.MessageDelete(delete.messageId(), 1, sender, seq);
      };
      entries.add(EventCodec.event(event, room, seq));
      seqs.put(sender + "/" + entry.clientId(), seq);
      return seq;
    }
  }

  public Log of(RoomId room) {
    return logs.computeIfAbsent(room, Log::new);
  }
}

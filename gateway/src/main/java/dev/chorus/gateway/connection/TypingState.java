package dev.chorus.gateway.connection;

import dev.chorus.model.RoomId;
import dev.chorus.protocol.ClientFrame;
import dev.chorus.protocol.Received;
import java.util.ArrayList;
import java.util.List;

/** Where one connection has said that its user types, at most in {@value #MAX} places. */
final class TypingState {
  private static final int MAX = 64;
  private static final long MERGE_MS = 100;
  private List<ClientFrame.Typing> started = List.of();
  private ClientFrame.Typing last;
  private long lastAt;

  /** Whether the frame only says what the one before it said a moment ago: such floods are merged before they count. */
  boolean repeats(Received received, long now) {
    if (!(received instanceof Received.Frame frame) || !(frame.frame() instanceof ClientFrame.Typing typing))
      return false;
    if (typing.equals(last) && now - lastAt < MERGE_MS)
      return true;
    last = typing;
    lastAt = now;
    return false;
  }

  void set(ClientFrame.Typing frame) {
    ClientFrame.Typing start = new ClientFrame.Typing(frame.room(), frame.agentId(), true);
    if (!frame.on()) {
      if (!started.isEmpty())
        started.remove(start);
    } else if (!started.contains(start) && started.size() < MAX) {
      if (started.isEmpty())
        started = new ArrayList<>(1);
      started.add(start);
    }
  }

  /** Ends it in that room. Returns what was started there. */
  List<ClientFrame.Typing> end(RoomId room) {
    if (started.isEmpty())
      return List.of();
    List<ClientFrame.Typing> there = started.stream().filter(typing -> typing.room().equals(room)).toList();
    started.removeAll(there);
    last = null;
    return there;
  }
}

package dev.chorus.gateway.stream;

import dev.chorus.model.RoomId;
import dev.chorus.protocol.Event;
import java.util.List;

/** Who in a room sees a stream that opens in it. */
public interface RoomStreams {
  /** A stream has opened in a watched room: the readers of all connections that are joined to it now. They see it from {@code stream:open} on. */
  List<StreamReader> readers(RoomId room, Event.StreamOpen open);
}

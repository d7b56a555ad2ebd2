package dev.chorus.streaming.fanout;

import dev.chorus.bus.Addresses;
import dev.chorus.bus.Bus;
import dev.chorus.bus.GatewayMessage.StreamDigest;
import dev.chorus.bus.GatewayMessage.StreamFanout;
import dev.chorus.bus.GatewayMessage.StreamRecords;
import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamingMessage.StreamHead;
import dev.chorus.cluster.Watchers;
import dev.chorus.model.NodeId;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.protocol.Event;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Tells gateways what the log has taken: once per gateway and batch, whatever streams are in it. All of it is a hint. */
public final class Fanout {
  private static final int MAX_RECORDS = 2000;
  private final Bus bus;
  private final NodeId self;
  private final Watchers<RoomId> rooms = new Watchers<>();
  private final Watchers<StreamId> streams = new Watchers<>();
  private final Map<NodeId, List<StreamRecords>> pending = new HashMap<>();

  public Fanout(Bus bus, NodeId self) {
    this.bus = bus;
    this.self = self;
  }

  public void watch(NodeId gateway, RoomId room) {
    rooms.watch(gateway, room);
  }

  public void watch(NodeId gateway, StreamId stream) {
    streams.watch(gateway, stream);
  }

  public void unwatch(NodeId gateway, Collection<RoomId> leftRooms, Collection<StreamId> leftStreams) {
    leftRooms.forEach(room -> rooms.unwatch(gateway, room));
    leftStreams.forEach(stream -> streams.unwatch(gateway, stream));
  }

  /** Whether some gateway watches the stream itself, not only its room. */
  public boolean hasReader(StreamId stream) {
    return !streams.of(stream).isEmpty();
  }

  /** Adds to what {@link #flush} tells. {@code open} is null unless prev is 0. */
  public void add(StreamId stream, RoomId room, Event.StreamOpen open, long prev, List<StreamRecord> records) {
    Set<NodeId> gateways = new LinkedHashSet<>(streams.of(stream));
    if (room != null)
      gateways.addAll(rooms.of(room));
    for (NodeId gateway : gateways)
      pending.computeIfAbsent(gateway, key -> new ArrayList<>()).add(new StreamRecords(stream, room, open, prev, records));
  }

  public void flush() {
    pending.forEach((gateway, all) -> {
      List<StreamRecords> part = new ArrayList<>();
      int size = 0;
      for (StreamRecords records : all) {
        part.add(records);
        size += records.records().size();
        if (size < MAX_RECORDS)
          continue;
        bus.tell(Addresses.gateway(gateway), new StreamFanout(part));
        part = new ArrayList<>();
        size = 0;
      }
      if (!part.isEmpty())
        bus.tell(Addresses.gateway(gateway), new StreamFanout(part));
    });
    pending.clear();
  }

  /** Tells every gateway the heads of those of the streams that it watches. */
  public void digest(Collection<StreamHead> heads) {
    Map<NodeId, List<StreamHead>> byGateway = new HashMap<>();
    rooms.gateways().forEach(gateway -> byGateway.put(gateway, new ArrayList<>()));
    streams.gateways().forEach(gateway -> byGateway.put(gateway, new ArrayList<>()));
    for (StreamHead head : heads) {
      Set<NodeId> gateways = new LinkedHashSet<>(streams.of(head.stream()));
      if (head.room() != null)
        gateways.addAll(rooms.of(head.room()));
      gateways.forEach(gateway -> byGateway.get(gateway).add(head));
    }
    byGateway.forEach((gateway, its) -> bus.tell(Addresses.gateway(gateway), new StreamDigest(self, its)));
  }

  /** Nobody watches it any more. */
  public void forget(StreamId stream) {
    streams.forget(stream);
  }

  /** Drops gateways that are not members, and keys that are not ours any more. */
  public void retain(Set<NodeId> members, Predicate<RoomId> ourRoom, Predicate<StreamId> ourStream) {
    rooms.retain(members);
    streams.retain(members);
    List.copyOf(rooms.keys()).stream().filter(ourRoom.negate()).forEach(rooms::forget);
    List.copyOf(streams.keys()).stream().filter(ourStream.negate()).forEach(streams::forget);
  }
}

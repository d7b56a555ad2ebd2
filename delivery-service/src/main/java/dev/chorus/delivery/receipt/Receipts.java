package dev.chorus.delivery.receipt;

import dev.chorus.bus.GatewayMessage.Item;
import dev.chorus.bus.GatewayMessage.RoomEphemeral;
import dev.chorus.delivery.query.Reads;
import dev.chorus.delivery.watch.Fanout;
import dev.chorus.model.RoomId;
import dev.chorus.protocol.Event.ReadByAll;
import dev.chorus.protocol.Event.Receipt;
import dev.chorus.protocol.EventCodec;
import dev.chorus.protocol.Json;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Tells a room of the marks that have moved in it, one frame for each flush, and how far everybody has read. Private marks are never told. In a room of more than 200 members
 * nothing is pushed.
 */
public final class Receipts {
  private static final int CROWD = 200;
  private static final String ADVANCE = "SELECT room, small, seq FROM delivery.advance_read_by_all($1, $2, $3)";
  private final Reads reads;
  private final Fanout fanout;

  public Receipts(Reads reads, Fanout fanout) {
    this.reads = reads;
    this.fanout = fanout;
  }

  /** Of one flush. */
  public void moved(List<Moved> moves) {
    TreeMap<String, List<Moved>> byRoom = new TreeMap<>();
    for (Moved move : moves) {
      if (move.receipts())
        byRoom.computeIfAbsent(move.room().value(), room -> new ArrayList<>()).add(move);
    }
    if (byRoom.isEmpty())
      return;
    String[] rooms = byRoom.keySet().toArray(String[]::new);
    Boolean[] reading = byRoom.values().stream().map(list -> list.stream().anyMatch(move -> move.newRead() > move.oldRead()))
        .toArray(Boolean[]::new);
    reads.run(ADVANCE, rooms, reading, CROWD).onSuccess(rows -> {
      for (Row row : rows) {
        if (row.getBoolean(1))
          tell(new RoomId(row.getString(0)), byRoom.get(row.getString(0)), row.getLong(2));
      }
    });
  }

  private void tell(RoomId room, List<Moved> moves, Long readByAll) {
    if (!fanout.isWatched(room))
      return;
    List<Item> items = moves.stream()
        .map(move -> new Item(move.user(), Json.bytes(new Receipt.Mark(move.user(), move.newDelivered(), move.newRead(), move.at()))))
        .toList();
    fanout.receipt(new RoomEphemeral(room, "receipt", "users", items, null, false));
    if (readByAll != null)
      fanout.notice(room, EventCodec.event(new ReadByAll(readByAll), room, null));
  }
}

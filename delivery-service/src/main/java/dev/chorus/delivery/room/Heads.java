package dev.chorus.delivery.room;

import dev.chorus.delivery.query.Reads;
import dev.chorus.model.RoomId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** The last seqs of many rooms, as PostgreSQL has them at this moment: never from memory, since another node may have committed. */
public final class Heads {
  private static final String HEADS = "SELECT room, head FROM delivery.rooms WHERE room = ANY ($1)";
  private final Reads reads;

  public Heads(Reads reads) {
    this.reads = reads;
  }

  /** One query for all of them. A room that does not exist yet is not in the answer: its head is 0. */
  public Future<Map<RoomId, Long>> of(Collection<RoomId> rooms) {
    if (rooms.isEmpty())
      return Future.succeededFuture(Map.of());
    String[] names = rooms.stream().map(RoomId::value).toArray(String[]::new);
    return reads.run(HEADS, (Object) names).map(rows -> {
      Map<RoomId, Long> heads = HashMap.newHashMap(rows.size());
      for (Row row : rows)
        heads.put(new RoomId(row.getString(0)), row.getLong(1));
      return heads;
    });
  }
}

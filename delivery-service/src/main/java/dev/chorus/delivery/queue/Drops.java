package dev.chorus.delivery.queue;

import dev.chorus.bus.GatewayMessage.UserNotice;
import dev.chorus.delivery.figures.Figures;
import dev.chorus.delivery.log.MessageId;
import dev.chorus.delivery.query.Reads;
import dev.chorus.delivery.watch.Fanout;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Event.MessageStatus;
import dev.chorus.protocol.EventCodec;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.TreeMap;

/** Drops messages of one user's queue, counts them, and tells their senders: of each message and recipient once, whoever else drops or tries it at the same time. */
final class Drops {
  /** Told in one go: what comes together holds up everybody else of this event loop. */
  private static final int NOTICES = 250;
  private static final String DROP = "SELECT delivery.drop_waiting($1, $2, $3, $4, $5, $6, $7)";
  /** What was noted of the user between these seqs; there is little of it, and what is tried again FAILS with the drop. */
  private static final String NOTED = """
      SELECT e.room, e.seq, e.state, e.attempts FROM unnest($2::text[], $3::bigint[], $4::bigint[]) u(room, first, last)
      JOIN delivery.delivery_exceptions e ON e.room = u.room AND e.seq >= u.first AND e.seq <= u.last AND e.user_id = $1""";
  private final Reads reads;
  private final Clock clock;
  private final Fanout fanout;
  private final Figures figures;

  Drops(Reads reads, Clock clock, Fanout fanout, Figures figures) {
    this.reads = reads;
    this.clock = clock;
    this.fanout = fanout;
    this.figures = figures;
  }

  /** What is dropped together. */
  private record Kind(RoomId room, short priority, String reason) {
    static final Comparator<Map.Entry<Kind, List<Waiting>>> ORDER = Comparator
        .comparing((Map.Entry<Kind, List<Waiting>> entry) -> entry.getKey().room().value())
        .thenComparing(entry -> entry.getKey().priority())
        .thenComparing(entry -> entry.getValue().getLast().seq());

    static Kind of(Waiting one) {
      return new Kind(one.room(), one.priority(), one.reason());
    }
  }

  private record Place(RoomId room, long seq) {}

  /** What was noted of a recipient before. */
  private record Noted(boolean tried, int attempts) {}

  /** What was dropped of the user's, and not by another before it; the senders are still to be told. */
  record Dropped(UserId user, List<Waiting> messages, Instant at) {}

  /** Drops of each room and priority all that waits up to some seq, ascending. */
  Future<Dropped> drop(UserId user, List<Waiting> all) {
    Instant now = clock.instant();
    if (all.isEmpty())
      return Future.succeededFuture(new Dropped(user, all, now));
    return noted(user, all)
        .compose(noted -> raise(user, all, now).map(before -> new Dropped(user, dropped(all, noted, before), now)));
  }

  /** Tells the senders. */
  Future<Void> tell(Dropped dropped, Pace pace) {
    return tell(dropped, 0, pace);
  }

  private Future<Map<Place, Noted>> noted(UserId user, List<Waiting> all) {
    Map<String, LongSummaryStatistics> stretches = new TreeMap<>();
    all.forEach(one -> stretches.computeIfAbsent(one.room().value(), room -> new LongSummaryStatistics()).accept(one.seq()));
    return reads.run(NOTED, user.value(), stretches.keySet().toArray(String[]::new),
        stretches.values().stream().map(LongSummaryStatistics::getMin).toArray(Long[]::new),
        stretches.values().stream().map(LongSummaryStatistics::getMax).toArray(Long[]::new)).map(rows -> {
          Map<Place, Noted> noted = new HashMap<>();
          for (Row row : rows)
            noted.put(new Place(new RoomId(row.getString(0)), row.getLong(1)), new Noted(row.getShort(2) == 0, row.getInteger(3)));
          return noted;
        });
  }

  /** Raises the floors; answers up to where each kind had been dropped before. */
  private Future<Map<Kind, Long>> raise(UserId user, List<Waiting> all, Instant now) {
    Map<Kind, List<Waiting>> kinds = new LinkedHashMap<>();
    all.forEach(one -> kinds.computeIfAbsent(Kind.of(one), key -> new ArrayList<>()).add(one));
    List<Map.Entry<Kind, List<Waiting>>> drops = kinds.entrySet().stream().sorted(Kind.ORDER).toList();
    return reads.run(DROP, user.value(), drops.stream().map(drop -> drop.getKey().room().value()).toArray(String[]::new),
        drops.stream().map(drop -> drop.getKey().priority()).toArray(Short[]::new),
        drops.stream().map(drop -> drop.getValue().getLast().seq()).toArray(Long[]::new),
        drops.stream().map(drop -> (long) drop.getValue().size()).toArray(Long[]::new),
        drops.stream().map(drop -> drop.getKey().reason()).toArray(String[]::new), now.atOffset(ZoneOffset.UTC)).map(rows -> {
          Map<Kind, Long> before = new HashMap<>();
          for (Row row : rows)
            before.put(drops.get(before.size()).getKey(), row.getLong(0));
          return before;
        });
  }

  /** Those that nobody else had dropped or given up before; counted. */
  private List<Waiting> dropped(List<Waiting> all, Map<Place, Noted> noted, Map<Kind, Long> before) {
    List<Waiting> dropped = new ArrayList<>(all.size());
    for (Waiting one : all) {
      Noted known = noted.get(new Place(one.room(), one.seq()));
      if (known == null ? one.seq() <= before.get(Kind.of(one)) : !known.tried())
        continue;
      figures.dropped(one.sender(), known != null && known.attempts() == 0);
      dropped.add(one);
    }
    return dropped;
  }

  private Future<Void> tell(Dropped dropped, int from, Pace pace) {
    if (from >= dropped.messages().size())
      return Future.succeededFuture();
    int to = Math.min(dropped.messages().size(), from + NOTICES);
    return pace.part(() -> {
      fanout.users(
          dropped.messages().subList(from, to).stream().map(one -> notice(dropped.user(), one, dropped.at().toEpochMilli())).toList());
      return Future.<Void>succeededFuture();
    }).compose(told -> tell(dropped, to, pace));
  }

  private static UserNotice notice(UserId user, Waiting one, long at) {
    MessageStatus status = new MessageStatus(new MessageId(one.id(), one.seq()).toString(), one.seq(), user, "FAILED", one.reason(), at);
    return new UserNotice(one.sender(), EventCodec.event(status, one.room(), null));
  }
}

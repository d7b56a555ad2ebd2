package dev.chorus.delivery.retry;

import dev.chorus.delivery.log.Entries;
import dev.chorus.delivery.log.MessageId;
import dev.chorus.delivery.query.Reads;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Json;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What retrying has in PostgreSQL: what a new owner goes on from, and what is noted of each attempt. */
final class Attempts {
  private static final int MAX_MESSAGES = 1000;
  /** Whoever is further than this from where reading began is read from their own mark on: somebody far behind hides nobody's messages. */
  private static final int REACH = 500;
  private static final String MARKS = """
      SELECT u.room, u.user_id, m.delivered_seq, r.head FROM unnest($1::text[], $2::text[]) u(room, user_id)
      JOIN delivery.room_members m ON m.room = u.room AND m.user_id = u.user_id JOIN delivery.rooms r ON r.room = u.room""";
  private static final String MESSAGES = """
      SELECT m.session_id, m.seq, m.id, m.sender_id, m.created_at, m.recipients::text AS recipients, u.after
      FROM unnest($1::text[], $2::bigint[]) u(room, after) CROSS JOIN LATERAL (
        SELECT * FROM delivery.chat_messages c WHERE c.session_id = u.room AND c.seq > u.after AND c.kind = 0 AND c.requires_ack
          AND (c.cancelled_at IS NULL OR (SELECT e.seq FROM delivery.delivery_exceptions e
            WHERE e.room = c.session_id AND e.seq = c.seq AND e.state = 0 LIMIT 1) IS NOT NULL) ORDER BY c.seq LIMIT $3) m""";
  private static final String NOTED = """
      SELECT e.room, e.seq, e.user_id, e.state, e.attempts FROM unnest($1::text[], $2::text[], $3::bigint[]) u(room, user_id, after)
      CROSS JOIN LATERAL (SELECT * FROM delivery.delivery_exceptions x
        WHERE x.room = u.room AND x.seq > u.after AND x.user_id = u.user_id ORDER BY x.seq LIMIT $4) e""";
  private static final String NOTE = "SELECT delivery.note_exceptions($1, $2, $3, $4, $5, $6, $7)";
  private static final String ENVELOPES = """
      SELECT u.ord, %s FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY u(room, seq, ord)
      JOIN delivery.chat_messages m ON m.session_id = u.room AND m.seq = u.seq ORDER BY u.ord""".formatted(Entries.COLUMNS);
  private final Reads reads;

  Attempts(Reads reads) {
    this.reads = reads;
  }

  record Place(RoomId room, UserId user) {}

  /**
   * From where on to read for a member: from their mark, or behind what was read before.
   *
   * @param after {@link RoomRetries#UNREAD} when nothing was
   */
  record Beginning(Place place, long after) {
    boolean isFurther() {
      return after != RoomRetries.UNREAD;
    }
  }

  /**
   * Where members stand, with what was noted of them behind where reading began; and the messages from there on, of each room in order.
   *
   * @param ends up to where those messages are all there are, of members for whom there are more
   */
  record Standing(Map<Place, Long> delivered, Map<RoomId, List<Message>> messages, Map<Place, List<Noted>> noted, Map<Place, Long> ends) {
    Standing() {
      this(new HashMap<>(), new HashMap<>(), new HashMap<>(), new HashMap<>());
    }
  }

  /** What one of the statement's beginnings has brought. */
  private static final class Part {
    int messages;
    long last;
  }

  Future<Standing> read(List<Beginning> beginnings) {
    Map<Place, Long> read = new HashMap<>();
    beginnings.forEach(one -> read.put(one.place(), one.after()));
    return reads.run(MARKS, beginnings.stream().map(one -> one.place().room().value()).toArray(String[]::new),
        beginnings.stream().map(one -> one.place().user().value()).toArray(String[]::new)).compose(rows -> {
          Standing standing = new Standing();
          Map<Place, Long> behind = new LinkedHashMap<>();
          for (Row row : rows) {
            Place place = new Place(new RoomId(row.getString(0)), new UserId(row.getString(1)));
            standing.delivered().put(place, row.getLong(2));
            long after = Math.max(row.getLong(2), read.get(place));
            if (after < row.getLong(3))
              behind.put(place, after);
          }
          return behind.isEmpty() ? Future.succeededFuture(standing) : behind(standing, behind);
        });
  }

  private Future<Standing> behind(Standing standing, Map<Place, Long> behind) {
    List<String> rooms = new ArrayList<>();
    List<Long> from = new ArrayList<>();
    Map<RoomId, TreeSet<Long>> marks = new TreeMap<>(Comparator.comparing(RoomId::value));
    behind.forEach((place, mark) -> marks.computeIfAbsent(place.room(), room -> new TreeSet<>()).add(mark));
    Map<RoomId, TreeMap<Long, Part>> parts = new HashMap<>();
    marks.forEach((room, all) -> begins(all).forEach(mark -> {
      rooms.add(room.value());
      from.add(mark);
      parts.computeIfAbsent(room, key -> new TreeMap<>()).put(mark, new Part());
    }));
    return reads.run(MESSAGES, rooms.toArray(String[]::new), from.toArray(Long[]::new), MAX_MESSAGES).compose(found -> {
      for (Row row : found) {
        RoomId room = new RoomId(row.getString(0));
        standing.messages().computeIfAbsent(room, key -> new ArrayList<>()).add(message(row));
        Part part = parts.get(room).get(row.getLong(6));
        part.messages++;
        part.last = row.getLong(1);
      }
      behind.forEach((place, after) -> {
        Part part = parts.get(place.room()).floorEntry(after).getValue();
        if (part.messages >= MAX_MESSAGES)
          standing.ends().put(place, part.last);
      });
      return reads.run(NOTED, behind.keySet().stream().map(place -> place.room().value()).toArray(String[]::new),
          behind.keySet().stream().map(place -> place.user().value()).toArray(String[]::new), behind.values().toArray(Long[]::new),
          MAX_MESSAGES);
    }).map(found -> {
      for (Row row : found)
        standing.noted().computeIfAbsent(new Place(new RoomId(row.getString(0)), new UserId(row.getString(2))), place -> new ArrayList<>())
            .add(new Noted(row.getLong(1), row.getInteger(4), row.getShort(3) != 0));
      return standing;
    });
  }

  /** From which of a room's marks on messages are read, so that each of them finds its next ones. */
  private static List<Long> begins(SortedSet<Long> marks) {
    List<Long> begins = new ArrayList<>();
    for (long mark : marks) {
      if (begins.isEmpty() || mark - begins.getLast() > REACH)
        begins.add(mark);
    }
    return begins;
  }

  private static Message message(Row row) {
    return new Message(row.getLong(1), new MessageId(row.getString(2), row.getLong(1)).toString(), new UserId(row.getString(3)),
        row.getOffsetDateTime(4).toInstant().toEpochMilli(), users(row.getString(5)));
  }

  private static Set<UserId> users(String json) {
    if (json == null)
      return null;
    Set<UserId> users = new HashSet<>();
    try {
      Json.read(json).forEach(user -> users.add(new UserId(user.textValue())));
    } catch (com.fasterxml.jackson.core.JsonProcessingException impossible) {
      throw new IllegalStateException("the column holds JSON", impossible);
    }
    return users;
  }

  /** One step in one room. */
  record Due(RoomId room, Step step) {}

  /** Notes them, in their order; answers with each one's delivered mark, null where nothing is to be tried any more. */
  Future<List<Long>> note(List<Due> steps, OffsetDateTime now) {
    return reads.run(NOTE, steps.stream().map(due -> due.room().value()).toArray(String[]::new),
        steps.stream().map(due -> due.step().message().seq()).toArray(Long[]::new),
        steps.stream().map(due -> due.step().user().value()).toArray(String[]::new),
        steps.stream().map(due -> (short) (due.step() instanceof Step.GiveUp ? 1 : 0)).toArray(Short[]::new),
        steps.stream().map(due -> attempts(due.step())).toArray(Integer[]::new),
        steps.stream().map(due -> due.step() instanceof Step.GiveUp ? "timeout" : null).toArray(String[]::new), now).map(rows -> {
          List<Long> marks = new ArrayList<>(steps.size());
          rows.forEach(row -> marks.add(row.getLong(0)));
          return marks;
        });
  }

  private static int attempts(Step step) {
    return switch (step) {
      case Step.Again again -> again.attempt();
      case Step.GiveUp gaveUp -> gaveUp.attempts();
    };
  }

  /** The envelopes of these messages, with what holds now, by the place in the list; one that is gone is left out. */
  Future<Map<Integer, byte[]>> envelopes(List<Due> steps) {
    if (steps.isEmpty())
      return Future.succeededFuture(Map.of());
    return reads.run(ENVELOPES, steps.stream().map(due -> due.room().value()).toArray(String[]::new),
        steps.stream().map(due -> due.step().message().seq()).toArray(Long[]::new)).map(rows -> {
          Map<Integer, byte[]> envelopes = new HashMap<>();
          for (Row row : rows) {
            int place = row.getLong("ord").intValue() - 1;
            envelopes.put(place, Entries.of(steps.get(place).room(), row));
          }
          return envelopes;
        });
  }
}

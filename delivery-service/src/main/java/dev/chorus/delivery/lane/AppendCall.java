package dev.chorus.delivery.lane;

import dev.chorus.delivery.lane.Outcome.Refused;
import dev.chorus.delivery.lane.Outcome.Stored;
import dev.chorus.delivery.log.MessageId;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A batch as one call of a function of {@code db/delivery}, newest form in {@code V9} and {@code V4}: one round trip, one transaction. A message alone has a function of
 * its own, since what a batch needs would cost it more than the rest.
 */
final class AppendCall {
  private static final String ALONE = "SELECT delivery.append_one($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
  private static final String COMMON = "SELECT delivery.append_new($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
  private static final String CAREFUL = "SELECT verdict, seq, id, at FROM delivery.append_judged($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";

  private AppendCall() {}

  /** The outcomes of the drafts, in order; empty when the common way declined the batch and nothing was done. */
  static Future<Optional<List<Outcome>>> run(SqlConnection connection, Batch batch, long now) {
    AppendRows rows = new AppendRows(batch.drafts());
    OffsetDateTime at = Instant.ofEpochMilli(now).atOffset(ZoneOffset.UTC);
    if (batch.careful())
      return careful(connection, batch, rows, at);
    return batch.drafts().size() == 1 ? alone(connection, batch, rows, at, now) : common(connection, batch, rows, at, now);
  }

  private static Future<Optional<List<Outcome>>> alone(SqlConnection connection, Batch batch, AppendRows rows, OffsetDateTime at,
      long now) {
    Tuple tuple = Tuple.from(Arrays.asList(rows.rooms[0], rows.senders[0], rows.clientIds[0], rows.ids[0], rows.roles[0], rows.contents[0],
        rows.priorities[0], rows.agentIds[0], rows.replies[0], rows.acks[0], rows.recipients == null ? null : rows.recipients[0],
        rows.metadatas[0], rows.admins[0], at));
    return connection.preparedQuery(ALONE).execute(tuple).map(result -> Optional.ofNullable(result.iterator().next().getLong(0))
        .map(seq -> List.of(stored(batch.drafts().getFirst().messageId(), seq, now, false))));
  }

  private static Future<Optional<List<Outcome>>> common(SqlConnection connection, Batch batch, AppendRows rows, OffsetDateTime at,
      long now) {
    String[] rooms = Arrays.stream(rows.rooms).distinct().sorted().toArray(String[]::new);
    Map<String, Integer> places = HashMap.newHashMap(rooms.length);
    for (int i = 0; i < rooms.length; i++)
      places.put(rooms[i], i + 1);
    Integer[] counts = new Integer[rooms.length];
    Arrays.fill(counts, 0);
    Integer[] place = new Integer[rows.rooms.length];
    Integer[] nth = new Integer[rows.rooms.length];
    for (int i = 0; i < place.length; i++) {
      place[i] = places.get(rows.rooms[i]);
      nth[i] = ++counts[place[i] - 1];
    }
    Tuple tuple = Tuple.from(Arrays.asList(rooms, counts, place, nth, rows.senders, rows.clientIds, rows.ids, rows.roles, rows.contents,
        rows.priorities, any(rows.agentIds), any(rows.replies), rows.acks, rows.recipients, any(rows.metadatas), rows.admins, at));
    return connection.preparedQuery(COMMON).execute(tuple).map(result -> {
      Long[] heads = result.iterator().next().getArrayOfLongs(0);
      if (heads == null)
        return Optional.empty();
      List<Outcome> outcomes = new ArrayList<>(place.length);
      for (int i = 0; i < place.length; i++)
        outcomes.add(stored(batch.drafts().get(i).messageId(), heads[place[i] - 1] + nth[i], now, false));
      return Optional.of(outcomes);
    });
  }

  /** Null where no row has any: an array of nulls would be sent and read for nothing. */
  private static <T> T[] any(T[] column) {
    for (T value : column) {
      if (value != null)
        return column;
    }
    return null;
  }

  private static Future<Optional<List<Outcome>>> careful(SqlConnection connection, Batch batch, AppendRows rows, OffsetDateTime at) {
    Tuple tuple = Tuple.from(Arrays.asList(rows.rooms, rows.kinds, rows.targets, rows.targetIds, rows.senders, rows.clientIds, rows.ids,
        rows.roles, rows.contents, rows.priorities, rows.agentIds, rows.replies, rows.acks,
        rows.recipients == null ? new String[rows.rooms.length] : rows.recipients, rows.metadatas, rows.admins, at));
    return connection.preparedQuery(CAREFUL).execute(tuple).map(result -> Optional.of(outcomes(result, batch)));
  }

  private static List<Outcome> outcomes(RowSet<Row> result, Batch batch) {
    List<Outcome> outcomes = new ArrayList<>(batch.drafts().size());
    for (Row row : result)
      outcomes.add(outcome(row, batch.drafts().get(outcomes.size())));
    return outcomes;
  }

  private static Outcome outcome(Row row, Draft draft) {
    return switch (row.getString(0)) {
      case "ok", "duplicate" -> {
        String id = row.getString(2);
        long at = row.getOffsetDateTime(3).toInstant().toEpochMilli();
        // A repeat of a batch finds what the batch itself had made: for the sender that is no duplicate.
        yield row.getLong(1) == null ? new Outcome.Passed(id, at) : stored(id, row.getLong(1), at, !id.equals(draft.messageId()));
      }
      case "not_member" ->
        new Refused(Problem.of(ErrorCode.NOT_MEMBER, "Only members of the room can send, edit or delete in it; join it first."));
      case "not_found" -> new Refused(Problem.of(ErrorCode.NOT_FOUND, "There is no such room."));
      case "no_message" -> new Refused(Problem.of(ErrorCode.NOT_FOUND, "The room has no such message, or it is deleted."));
      case "forbidden" -> new Refused(Problem.of(ErrorCode.FORBIDDEN, "Only its sender or an admin changes a message."));
      case "bad_reply" -> new Refused(Problem.badRequest("'replyTo' is not the seq of an entry of the room."));
      case "bad_recipient" -> new Refused(Problem.badRequest("'to' names a user who is not a member of the room."));
      default -> throw new IllegalStateException("unknown verdict " + row.getString(0));
    };
  }

  private static Stored stored(String word, long seq, long at, boolean duplicate) {
    return new Stored(new MessageId(word, seq).toString(), seq, at, duplicate);
  }
}

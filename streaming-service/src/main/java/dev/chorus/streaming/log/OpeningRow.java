package dev.chorus.streaming.log;

import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.model.StreamId;
import dev.chorus.streaming.group.Place;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Function;

/**
 * A stream that is to be opened, as the log is asked for it: alone, or with others in one statement.
 *
 * @param openedAt milliseconds since the epoch
 */
record OpeningRow(Incarnation owner, Plan plan, String epoch, String model, String provider, long openedAt) {
  static final String ONE = "SELECT * FROM begin_stream($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";
  /** Of one owner, none of them with a clientId, in the order of users: they wait for nobody but who brings a user of theirs to the limit. */
  static final String SEVERAL = "SELECT made.* FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],"
      + " $9::text[], $10::text[], $12::timestamptz[], $14::text[], $15::text[], $16::text[], $17::integer[], $18::text[])"
      + " WITH ORDINALITY AS asked (stream, room, starter, epoch, model, provider, agent, request, hash, opened, options, project, grp, place, post, number),"
      + " LATERAL begin_stream($1, asked.stream, asked.room, asked.starter, asked.epoch, asked.model, asked.provider, asked.agent, asked.request,"
      + " asked.hash, $11, asked.opened, $13, asked.opened, asked.options, asked.project, asked.grp, asked.place, asked.post) AS made"
      + " ORDER BY asked.number";

  /** @param most streams that a user may have running at once */
  Tuple arguments(int most) {
    StartStream start = plan.start();
    return Tuple.tuple().addString(owner.toString()).addString(start.stream().value()).addString(room()).addString(start.user().value())
        .addString(epoch).addString(model).addString(provider).addString(start.agentId()).addString(start.request())
        .addString(start.requestHash()).addString(start.clientId()).addOffsetDateTime(at(openedAt)).addInteger(most)
        .addOffsetDateTime(at(openedAt - Duration.ofHours(Openings.REMEMBERED_HOURS).toMillis())).addString(plan.options())
        .addString(start.projectId()).addString(group()).addInteger(place()).addString(post());
  }

  /** The arguments of {@link #SEVERAL}. */
  static Tuple arguments(List<OpeningRow> rows, int most) {
    return Tuple.tuple().addString(rows.getFirst().owner.toString()).addArrayOfString(texts(rows, row -> row.plan.start().stream().value()))
        .addArrayOfString(texts(rows, OpeningRow::room)).addArrayOfString(texts(rows, row -> row.plan.start().user().value()))
        .addArrayOfString(texts(rows, OpeningRow::epoch)).addArrayOfString(texts(rows, OpeningRow::model))
        .addArrayOfString(texts(rows, OpeningRow::provider)).addArrayOfString(texts(rows, row -> row.plan.start().agentId()))
        .addArrayOfString(texts(rows, row -> row.plan.start().request()))
        .addArrayOfString(texts(rows, row -> row.plan.start().requestHash()))
        .addString(null).addArrayOfOffsetDateTime(rows.stream().map(row -> at(row.openedAt)).toArray(OffsetDateTime[]::new))
        .addInteger(most).addArrayOfString(texts(rows, row -> row.plan.options()))
        .addArrayOfString(texts(rows, row -> row.plan.start().projectId())).addArrayOfString(texts(rows, OpeningRow::group))
        .addArrayOfInteger(rows.stream().map(OpeningRow::place).toArray(Integer[]::new)).addArrayOfString(texts(rows, OpeningRow::post));
  }

  private static String[] texts(List<OpeningRow> rows, Function<OpeningRow, String> column) {
    return rows.stream().map(column).toArray(String[]::new);
  }

  private String room() {
    return plan.start().room() == null ? null : plan.start().room().value();
  }

  private String group() {
    Place place = plan.place();
    return place == null ? null : place.group();
  }

  private Integer place() {
    return plan.place() == null ? null : plan.place().index();
  }

  private String post() {
    return plan.start().post() && plan.start().room() != null ? "due" : null;
  }

  private static OffsetDateTime at(long millis) {
    return Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC);
  }

  static Opening outcome(Row row) {
    return switch (row.getString("outcome")) {
      case "opened" -> new Opening.Opened(row.getInteger("record_slot"));
      case "existing" -> new Opening.Existing(new StreamId(row.getString("found_id")), row.getString("found_epoch"));
      case "conflict" -> new Opening.Conflict();
      case "taken" -> new Opening.Taken();
      case "many" -> new Opening.TooMany();
      case "fenced" -> new Opening.Fenced();
      default -> throw new IllegalStateException("unknown outcome " + row.getString("outcome"));
    };
  }
}

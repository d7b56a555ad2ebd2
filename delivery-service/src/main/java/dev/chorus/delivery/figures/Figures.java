package dev.chorus.delivery.figures;

import dev.chorus.bus.TrackingMessage.DeliveryStatistics;
import dev.chorus.bus.TrackingMessage.ReadStatistics;
import dev.chorus.delivery.query.Reads;
import dev.chorus.delivery.receipt.Moved;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Ack;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * Counts recipients of messages, per sender and in all, as it goes, and adds what came together to the table about once a second. They are counters, not the truth: what a node
 * had not yet written when it died is missing in them, and in nothing else.
 */
public final class Figures {
  private static final int MAX_MOVES = 5_000;
  private static final String SENT = "SELECT sender, total FROM delivery.count_sent($1, $2, $3, $4)";
  private static final String MOVED = "SELECT sender, delivered, read, ms, failed, pending, cancelled FROM delivery.count_marks($1, $2, $3, $4, $5, $6, $7)";
  private static final String ADD = "SELECT delivery.add_figures($1, $2, $3, $4, $5, $6, $7, $8, $9)";
  private static final String READ = """
      SELECT total, pending, delivered, read, failed, cancelled, retries, delivery_ms FROM delivery.delivery_figures WHERE user_id = $1""";
  private static final String EVERYBODY = "";
  private final Reads reads;
  private final Map<Source, Tally> sent = new HashMap<>();
  private List<Moved> moves = new ArrayList<>();
  private Map<String, Sum> sums = new TreeMap<>();
  private Future<Void> underWay = Future.succeededFuture();

  public Figures(Reads reads) {
    this.reads = reads;
  }

  private record Source(RoomId room, UserId sender) {}

  /** Messages of one sender in one room. */
  private static final class Tally {
    long messages;
    long named;
  }

  /** What is to be added for one sender. */
  private static final class Sum {
    long total;
    long pending;
    long delivered;
    long read;
    long failed;
    long cancelled;
    long retries;
    long millis;
  }

  /**
   * A message is in the log.
   *
   * @param named how many recipients it names, or null for all members
   */
  public void sent(RoomId room, UserId sender, Integer named) {
    Tally tally = sent.computeIfAbsent(new Source(room, sender), key -> new Tally());
    if (named == null)
      tally.messages++;
    else
      tally.named += named;
  }

  /** Marks have moved. What comes faster than it can be counted is left out. */
  public void moved(List<Moved> more) {
    if (moves.size() + more.size() <= MAX_MOVES)
      moves.addAll(more);
  }

  /** So many recipients of the sender's messages have failed. */
  public void failed(UserId sender, long recipients) {
    sum(sender).failed += recipients;
  }

  /**
   * One recipient's message was dropped.
   *
   * @param pending whether it had waited for another attempt
   */
  public void dropped(UserId sender, boolean pending) {
    sum(sender).failed++;
    if (pending)
      sum(sender).pending--;
  }

  /**
   * The sender has given up on some.
   *
   * @param sent how many of them it had been sent to
   * @param pending how many waited for another attempt
   */
  public void cancelled(UserId sender, long sent, long pending) {
    sum(sender).cancelled += sent + pending;
    sum(sender).pending -= pending;
  }

  /** So many that had failed wait for another attempt, since the sender asked for it. */
  public void pending(UserId sender, long recipients) {
    sum(sender).failed -= recipients;
    sum(sender).pending += recipients;
  }

  /**
   * One more attempt at one recipient.
   *
   * @param waited whether the sender had asked for it
   */
  public void retried(UserId sender, boolean waited) {
    sum(sender).retries++;
    if (waited)
      sum(sender).pending--;
  }

  private Sum sum(UserId sender) {
    return sums.computeIfAbsent(sender.value(), key -> new Sum());
  }

  /** Writes what came since the last time; one at a time. */
  public Future<Void> flush() {
    underWay = underWay.transform(before -> write());
    return underWay;
  }

  private Future<Void> write() {
    if (sent.isEmpty() && moves.isEmpty() && sums.isEmpty())
      return Future.succeededFuture();
    Map<String, Sum> adding = sums;
    List<Moved> counted = moves;
    Map<Source, Tally> sources = Map.copyOf(sent);
    sums = new TreeMap<>();
    moves = new ArrayList<>();
    sent.clear();
    return countSent(sources, adding).compose(done -> countMoved(counted, adding)).compose(done -> add(adding))
        .otherwiseEmpty();
  }

  private Future<Void> countSent(Map<Source, Tally> sources, Map<String, Sum> adding) {
    if (sources.isEmpty())
      return Future.succeededFuture();
    List<Map.Entry<Source, Tally>> all = List.copyOf(sources.entrySet());
    return reads.run(SENT, all.stream().map(one -> one.getKey().room().value()).toArray(String[]::new),
        all.stream().map(one -> one.getKey().sender().value()).toArray(String[]::new),
        all.stream().map(one -> one.getValue().messages).toArray(Long[]::new),
        all.stream().map(one -> one.getValue().named).toArray(Long[]::new)).map(rows -> {
          for (Row row : rows)
            adding.computeIfAbsent(row.getString(0), key -> new Sum()).total += row.getLong(1);
          return null;
        });
  }

  private Future<Void> countMoved(List<Moved> counted, Map<String, Sum> adding) {
    if (counted.isEmpty())
      return Future.succeededFuture();
    return reads.run(MOVED, counted.stream().map(one -> one.room().value()).toArray(String[]::new),
        counted.stream().map(one -> one.user().value()).toArray(String[]::new), longs(counted, Moved::oldDelivered),
        longs(counted, Moved::newDelivered), longs(counted, Moved::oldRead), longs(counted, Moved::newRead),
        counted.stream().map(one -> Instant.ofEpochMilli(one.at()).atOffset(ZoneOffset.UTC)).toArray(OffsetDateTime[]::new)).map(rows -> {
          for (Row row : rows) {
            Sum sum = adding.computeIfAbsent(row.getString(0), key -> new Sum());
            sum.delivered += row.getLong(1);
            sum.read += row.getLong(2);
            sum.millis += row.getLong(3);
            sum.failed -= row.getLong(4);
            sum.pending -= row.getLong(5);
            sum.cancelled -= row.getLong(6);
          }
          return null;
        });
  }

  private Future<Void> add(Map<String, Sum> adding) {
    List<Sum> all = List.copyOf(adding.values());
    return reads.run(ADD, adding.keySet().toArray(String[]::new), longs(all, sum -> sum.total), longs(all, sum -> sum.pending),
        longs(all, sum -> sum.delivered), longs(all, sum -> sum.read), longs(all, sum -> sum.failed), longs(all, sum -> sum.cancelled),
        longs(all, sum -> sum.retries), longs(all, sum -> sum.millis)).mapEmpty();
  }

  private static <T> Long[] longs(List<T> all, ToLongFunction<T> value) {
    return all.stream().mapToLong(value).boxed().toArray(Long[]::new);
  }

  /** The figures of one sender, or of everybody; a second old at most where another node has counted. */
  public Future<DeliveryStatistics> read(ReadStatistics request) {
    String user = request.user() == null ? EVERYBODY : request.user().value();
    return flush().compose(flushed -> reads.run(READ, user)).map(rows -> {
      if (rows.size() == 0)
        return new DeliveryStatistics(new Ack.Statistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 1));
      return new DeliveryStatistics(statistics(rows.iterator().next()));
    });
  }

  /** Each recipient of each message is counted in the state that it is in. */
  private static Ack.Statistics statistics(Row row) {
    long total = row.getLong("total");
    long pending = Math.max(0, row.getLong("pending"));
    long reached = row.getLong("delivered");
    long read = row.getLong("read");
    long failed = Math.max(0, row.getLong("failed"));
    long cancelled = Math.max(0, row.getLong("cancelled"));
    long decided = reached + failed;
    return new Ack.Statistics(total, pending, Math.max(0, total - pending - reached - failed - cancelled), Math.max(0, reached - read),
        read,
        failed, cancelled, row.getLong("retries"), reached == 0 ? 0 : (double) row.getLong("delivery_ms") / reached,
        decided == 0 ? 1 : (double) reached / decided);
  }
}

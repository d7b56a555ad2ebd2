package dev.chorus.delivery.receipt;

import dev.chorus.bus.TrackingMessage.Mark;
import dev.chorus.bus.TrackingMessage.MarkVerdict;
import dev.chorus.delivery.query.Reads;
import dev.chorus.delivery.receipt.MarkBook.Merged;
import dev.chorus.delivery.receipt.MarkBook.Stored;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Stores marks: all that come within 200 ms, of all rooms, in one statement, one at a time. On the service's context. */
public final class Marks {
  private static final int FLUSH_MS = 200;
  private static final int MAX_WAITING = 100_000;
  private static final int MAX_MEMBERS = 2_000;
  private static final String MOVE = "SELECT head, receipts, old_delivered, old_read, new_delivered, new_read FROM delivery.move_marks($1, $2, $3, $4, $5, $6)";
  private final Vertx vertx;
  private final Clock clock;
  private final Reads reads;
  private final Consumer<List<Moved>> moved;
  private final MarkBook book = new MarkBook(MAX_WAITING);
  private final List<Promise<Void>> idle = new ArrayList<>();
  private boolean planned;
  private boolean underWay;

  /** @param moved hears of what has moved, after the commit and before the answers */
  public Marks(Vertx vertx, Clock clock, Reads reads, Consumer<List<Moved>> moved) {
    this.vertx = vertx;
    this.clock = clock;
    this.reads = reads;
    this.moved = moved;
  }

  /** Answered after the flush. The mark says its seqs, not a message's id. */
  public void offer(Mark mark, Consumer<MarkVerdict> answer) {
    book.add(mark, answer);
    plan();
  }

  /** When everything that was offered is answered. */
  public Future<Void> idle() {
    if (book.isEmpty() && !underWay)
      return Future.succeededFuture();
    Promise<Void> promise = Promise.promise();
    idle.add(promise);
    return promise.future();
  }

  private void plan() {
    if (planned || underWay || book.isEmpty())
      return;
    planned = true;
    vertx.setTimer(FLUSH_MS, timer -> flush());
  }

  private void flush() {
    planned = false;
    underWay = true;
    List<Merged> batch = book.take(MAX_MEMBERS);
    Instant now = clock.instant();
    reads.run(MOVE, batch.stream().map(one -> one.member.room()).toArray(String[]::new),
        batch.stream().map(one -> one.member.user()).toArray(String[]::new), batch.stream().map(one -> one.delivered).toArray(Long[]::new),
        batch.stream().map(one -> one.read).toArray(Long[]::new), batch.stream().map(one -> one.metadata).toArray(String[]::new),
        now.atOffset(ZoneOffset.UTC)).onComplete(result -> {
          underWay = false;
          if (result.succeeded())
            stored(batch, result.result(), now.toEpochMilli());
          else
            failed(batch, Refusal.problemOf(result.cause()));
          plan();
          if (book.isEmpty() && !underWay)
            List.copyOf(idle).forEach(promise -> promise.tryComplete());
        });
  }

  private void stored(List<Merged> batch, RowSet<Row> rows, long at) {
    List<Stored> answers = new ArrayList<>(batch.size());
    List<Moved> moves = new ArrayList<>(batch.size());
    for (Row row : rows) {
      Stored stored = new Stored(row.getLong(0), Boolean.TRUE.equals(row.getBoolean(1)), row.getLong(2), row.getLong(3), row.getLong(4),
          row.getLong(5));
      MarkBook.Member member = batch.get(answers.size()).member;
      answers.add(stored);
      if (stored.oldDelivered() == null)
        continue;
      Moved move = new Moved(new RoomId(member.room()), new UserId(member.user()), stored.receipts(), stored.oldDelivered(),
          stored.newDelivered(), stored.oldRead(), stored.newRead(), at);
      if (move.isMove())
        moves.add(move);
    }
    if (!moves.isEmpty())
      moved.accept(moves);
    for (int i = 0; i < batch.size(); i++)
      book.settle(batch.get(i), answers.get(i));
  }

  private void failed(List<Merged> batch, Problem problem) {
    batch.forEach(merged -> book.fail(merged, problem));
  }
}

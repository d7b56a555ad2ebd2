package dev.chorus.streaming.answer;

import dev.chorus.bus.StreamRecord;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.StreamId;
import dev.chorus.streaming.attempt.Failures;
import dev.chorus.streaming.log.Logged;
import java.util.ArrayList;
import java.util.List;

/** The way of one stream's records into the log: it knows how many wait and what to do when the log takes nothing for too long. The end is handed in when all before it is there. */
final class Outbox implements Logged {
  /** Whose records they are. */
  interface Sender {
    /** How much waits has crossed a mark. */
    void throttle();

    /** They are in the log; {@code prev} is the seq before the first. */
    void logged(long prev, List<StreamRecord> records);

    /** The last so many records will never be written, and with that the stream is to end. */
    void lost(int records, StreamRecord.Failure failure);
  }

  private final StreamId stream;
  private final boolean durable;
  private final Tools tools;
  private final Sender sender;
  private final Backlog backlog;
  private int slot;
  /** What was said before the log knows the stream; null when it does. */
  private List<StreamRecord> unopened;
  private long head;
  private int waiting;
  private long timer = -1;
  private boolean ending;
  /** The end, until all before it is in the log, and nothing else holds it. */
  private StreamRecord last;
  private boolean held;
  private boolean closed;

  /**
   * @param slot of the log that they go to
   * @param durable they go into the log; else they are only told
   */
  Outbox(StreamId stream, int slot, boolean durable, Tools tools, Sender sender) {
    this.stream = stream;
    this.slot = slot;
    this.durable = durable;
    this.tools = tools;
    this.sender = sender;
    this.backlog = new Backlog(tools.clock());
  }

  /** Another owner has written so many. */
  void resume(long written) {
    head = written;
  }

  /** The seq of the last record that is in the log. */
  long head() {
    return head;
  }

  boolean isThrottled() {
    return backlog.isThrottled();
  }

  long throttledMs() {
    return backlog.throttledMs();
  }

  void append(StreamRecord record) {
    if (closed)
      return;
    waiting++;
    ending = record instanceof StreamRecord.End;
    if (backlog.isEmpty())
      watch();
    if (backlog.added(1))
      sender.throttle();
    if (ending && (waiting > 1 || held))
      last = record;
    else
      hand(record);
  }

  @Override
  public int slot() {
    return slot;
  }

  @Override
  public void committed(List<StreamRecord> records) {
    if (closed)
      return;
    waiting -= records.size();
    if (backlog.removed(records.size()))
      sender.throttle();
    long prev = head;
    head = records.getLast().seq();
    sender.logged(prev, records);
    handEnd();
  }

  /** The end is not handed in before {@link #letEnd}. */
  void holdEnd() {
    held = true;
  }

  void letEnd() {
    held = false;
    handEnd();
  }

  private void handEnd() {
    if (last == null || held || waiting > 1 || closed)
      return;
    StreamRecord end = last;
    last = null;
    hand(end);
  }

  /** Keeps everything until {@link #open}. */
  void shut() {
    unopened = new ArrayList<>();
  }

  boolean isShut() {
    return unopened != null;
  }

  /** @param itsSlot of the log that the records go to */
  void open(int itsSlot) {
    slot = itsSlot;
    List<StreamRecord> said = unopened;
    unopened = null;
    said.forEach(this::hand);
  }

  private void hand(StreamRecord record) {
    if (unopened != null)
      unopened.add(record);
    else if (durable)
      tools.lanes().append(stream, record, this);
    else
      tools.unlogged().append(stream, record, this);
  }

  @Override
  public void unstorable() {
    if (!closed)
      lose(waiting, Failures.server(ErrorCode.INTERNAL, "The answer could not be kept.", 500));
  }

  /** A log that takes nothing for too long ends the stream; the end itself waits for the log. */
  private void watch() {
    if (timer >= 0)
      return;
    timer = tools.vertx().setTimer(tools.logPatience().toMillis(), late -> {
      timer = -1;
      if (closed || backlog.isEmpty() || ending)
        return;
      if (backlog.stuckMs() < tools.logPatience().toMillis())
        watch();
      else
        lose(tools.lanes().withdraw(stream),
            Failures.server(ErrorCode.UNAVAILABLE, "The answer could not be kept, and ends here.", 503));
    });
  }

  private void lose(int records, StreamRecord.Failure failure) {
    waiting -= records;
    last = null;
    backlog.removed(records);
    sender.lost(records, failure);
  }

  /** Nobody hears anything any more. */
  void close() {
    closed = true;
    tools.vertx().cancelTimer(timer);
  }
}

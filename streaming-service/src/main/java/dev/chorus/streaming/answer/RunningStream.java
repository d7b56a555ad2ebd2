package dev.chorus.streaming.answer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.bus.StreamRecord;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.StreamId;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.StreamMetrics;
import dev.chorus.streaming.attempt.Failures;
import dev.chorus.streaming.deliver.Deliver;
import dev.chorus.streaming.group.Group;
import dev.chorus.streaming.provider.Finish;
import dev.chorus.streaming.provider.Route;
import dev.chorus.streaming.recovery.Said;
import dev.chorus.streaming.section.Sections;
import io.vertx.core.Future;
import java.util.List;

/**
 * A stream that this node runs: attempts at providers on one side, the log on the other, one end for certain. Readers are told only what is committed. Confined to the
 * service's context.
 */
public final class RunningStream implements Page, Outbox.Sender, Group.Agent {
  private static final int REPEATED_CHARACTERS = 16 * 1024;

  /** Who tells the readers. */
  public interface Listener {
    /** Records are in the log; {@code prev} is the seq before the first. */
    void committed(RunningStream stream, long prev, List<StreamRecord> records);

    /** The last record is in the log. */
    void ended(RunningStream stream, StreamRecord.End end);

    /** Whether somebody reads it, or it is to be written in any case. */
    boolean isWanted(RunningStream stream);
  }

  private final Opened opened;
  private final Tools tools;
  private final Listener listener;
  private final Group group;
  private final Answer answer;
  private final Writing writing;
  private final Pen pen;
  private final Outbox outbox;
  private final StreamSpan span;
  private long pauseTimer = -1;
  /** False of one that was taken over while it was paused. */
  private boolean begun;
  private boolean paused;
  private boolean discarded;
  private final Waiters waiters = new Waiters();

  /**
   * @param body the request, already read
   * @param group whose merge it keeps, or null
   */
  public RunningStream(Opened opened, Route route, ObjectNode body, Sections sections, Group group, Tools tools, Listener listener) {
    this.opened = opened;
    this.tools = tools;
    this.listener = listener;
    this.group = group;
    this.span = new StreamSpan(tools.traces(), opened);
    this.answer = new Answer(opened.openedAt(), opened.start().request().length(), route.price());
    this.outbox = new Outbox(id(), opened.slot(), opened.start().durable(), tools, this);
    this.pen = new Pen(tools, answer, outbox, Deliver.of(opened.start().deliver()), opened.start().raw(), this::rest);
    this.writing = new Writing(route, body, opened.start().raw(), sections, tools, answer, pen, this, span);
    if (group != null)
      group.join(opened.plan().place().index(), opened.start().agentId(), this);
  }

  public Opened opened() {
    return opened;
  }

  public StreamId id() {
    return opened.start().stream();
  }

  /** The seq of the last record that readers may know. */
  public long head() {
    return outbox.head();
  }

  /** STREAMING or PAUSED. */
  public String status() {
    return paused ? "PAUSED" : "STREAMING";
  }

  /** The metrics so far. */
  public StreamMetrics metrics() {
    return answer.metrics(tries(), tools.clock().millis());
  }

  /** Whether it went on behind something broken. */
  public boolean hasRecovered() {
    return pen.hasJoined();
  }

  /** Whether it runs, and yet nothing would ever bring it forward: that is a bug, and its readers must not wait for ever. */
  public boolean isAbandoned() {
    return begun && !answer.hasEnded() && writing.isIdle();
  }

  /** The text so far. */
  public String text() {
    return answer.said().text();
  }

  public void begin() {
    begun = true;
    turn();
    writing.begin();
  }

  /** Asks the provider while the log is still asked to open the stream: until {@link #opened} nothing is written, and nobody may know of it. */
  public void beginUnopened() {
    outbox.shut();
    begin();
  }

  /** The log knows it, with its records in that slot. */
  public void opened(int slot) {
    outbox.open(slot);
  }

  /** Goes on behind the records that another owner has written. */
  public void resume(List<StreamRecord> records, boolean wasPaused) {
    answer.resume(records);
    writing.resume(records);
    outbox.resume(answer.head());
    if (wasPaused)
      hold();
    else
      begin();
  }

  /** Begins with what another stream has said. */
  public void beginWith(Said other) {
    answer.repeat(other, other.firmSeq(0), REPEATED_CHARACTERS, tools.clock().millis()).forEach(outbox::append);
    begin();
  }

  private void rest(boolean now) {
    writing.rest(now);
  }

  @Override
  public void turn() {
    if (!paused && (group == null || group.isOpen(opened.plan().place().index())))
      writing.open();
    else
      writing.holding().shut();
  }

  @Override
  public void beaten() {
    cancel();
  }

  @Override
  public void last() {
    outbox.letEnd();
  }

  @Override
  public void begun() {
    if (group != null)
      group.began(opened.plan().place().index());
  }

  @Override
  public void wrote(Finish finish) {
    end(Answer.Outcome.completed(finish.reason()));
  }

  @Override
  public void gaveUp(StreamRecord.Failure failure) {
    end(Answer.Outcome.failed(failure));
  }

  @Override
  public void deserted() {
    end(Answer.Outcome.cancelled());
  }

  @Override
  public boolean isWanted() {
    return outbox.isShut() || listener.isWanted(this);
  }

  @Override
  public boolean reads() {
    return !outbox.isThrottled();
  }

  /** Holds it, until it is resumed or that has lasted too long. Repeating it changes nothing. */
  public void pause() {
    if (paused || answer.hasEnded() || discarded)
      return;
    pen.notice("paused", null, null, null);
    hold();
  }

  private void hold() {
    paused = true;
    writing.holding().shut();
    writing.pause(true);
    pauseTimer = tools.vertx().setTimer(tools.pauseLimit().toMillis(),
        timer -> fail(Failures.server(ErrorCode.TIMEOUT, "The answer was paused for too long.", 504)));
  }

  /** Goes on. Repeating it changes nothing. */
  public void resume() {
    if (!paused || answer.hasEnded() || discarded)
      return;
    paused = false;
    tools.vertx().cancelTimer(pauseTimer);
    pen.notice("resumed", null, null, null);
    writing.pause(false);
    if (begun)
      turn();
    else
      begin();
  }

  /** Ends it by somebody's wish; what has ended stays as it is. */
  public void cancel() {
    end(Answer.Outcome.cancelled());
  }

  /** Done when all that was said so far is in the log, or somebody else owns the stream. */
  public Future<Void> logged() {
    if (discarded || outbox.head() >= answer.head())
      return Future.succeededFuture();
    return waiters.until(answer.head());
  }

  /** Ends it as failed, whatever it was doing. */
  public void fail(StreamRecord.Failure failure) {
    end(Answer.Outcome.failed(failure));
  }

  private void end(Answer.Outcome outcome) {
    if (answer.hasEnded() || discarded)
      return;
    writing.stop();
    pen.settle();
    pen.putDown();
    tools.vertx().cancelTimer(pauseTimer);
    int place = group == null ? -1 : opened.plan().place().index();
    Event.StreamGroupEnd all = group == null ? null : group.ends(place, outcome.status(), answer.spending().total());
    if (all != null && !group.isLast(place))
      outbox.holdEnd();
    outbox.append(answer.end(outcome, tries(), all, tools.clock().millis()));
    if (group != null)
      group.decide(place);
  }

  /** Somebody else owns it now: nothing more is written, nobody is told. */
  public void discard() {
    discarded = true;
    span.left();
    waiters.told(Long.MAX_VALUE);
    outbox.close();
    writing.stop();
    pen.putDown();
    tools.vertx().cancelTimer(pauseTimer);
  }

  private Answer.Tries tries() {
    return new Answer.Tries(writing.made(), writing.failovers(), outbox.throttledMs());
  }

  @Override
  public void throttle() {
    writing.read();
  }

  @Override
  public void logged(long prev, List<StreamRecord> records) {
    listener.committed(this, prev, records);
    waiters.told(records.getLast().seq());
    if (records.getLast() instanceof StreamRecord.End end) {
      outbox.close();
      span.ended(end);
      listener.ended(this, end);
      if (group != null)
        group.settle(opened.plan().place().index());
    }
  }

  @Override
  public void lost(int records, StreamRecord.Failure failure) {
    writing.stop();
    pen.forget();
    answer.withdraw(records);
    fail(failure);
  }
}

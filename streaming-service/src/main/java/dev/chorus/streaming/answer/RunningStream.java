package dev.chorus.streaming.answer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.bus.StreamRecord;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.StreamId;
import dev.chorus.streaming.attempt.Attempt;
import dev.chorus.streaming.attempt.Attempts;
import dev.chorus.streaming.attempt.Failures;
import dev.chorus.streaming.attempt.Next;
import dev.chorus.streaming.log.Logged;
import dev.chorus.streaming.provider.BreakerPolicy;
import dev.chorus.streaming.provider.Finish;
import dev.chorus.streaming.provider.Frame;
import dev.chorus.streaming.provider.ProviderFailure;
import dev.chorus.streaming.provider.ProviderRequest;
import dev.chorus.streaming.provider.Route;
import dev.chorus.streaming.provider.Target;
import java.util.List;

/**
 * A stream that this node runs: attempts at providers on one side, the log on the other, one end for certain. Readers are told only what is committed. Confined to the
 * service's context.
 */
public final class RunningStream implements Attempt.Listener, Logged {
  /** Who tells the readers. */
  public interface Listener {
    /** Records are in the log; {@code prev} is the seq before the first. */
    void committed(RunningStream stream, long prev, List<StreamRecord> records);

    /** The last record is in the log. */
    void ended(RunningStream stream, StreamRecord.End end);
  }

  private final Opened opened;
  private final Route route;
  private final ObjectNode body;
  private final Tools tools;
  private final Listener listener;
  private final Answer answer;
  private final Attempts attempts;
  private final Backlog backlog;
  private Attempt attempt;
  private long committedHead;
  private long retryTimer = -1;
  private long logTimer = -1;
  private boolean discarded;

  /** @param body the request, already read */
  public RunningStream(Opened opened, Route route, ObjectNode body, Tools tools, Listener listener) {
    this.opened = opened;
    this.route = route;
    this.body = body;
    this.tools = tools;
    this.listener = listener;
    this.answer = new Answer(opened.openedAt(), opened.start().request().length(), route.price());
    this.attempts = new Attempts(route, tools.clock().millis());
    this.backlog = new Backlog(tools.clock());
  }

  public Opened opened() {
    return opened;
  }

  public StreamId id() {
    return opened.start().stream();
  }

  /** The seq of the last record that readers may know. */
  public long head() {
    return committedHead;
  }

  public Long firstTokenMs() {
    return answer.firstTokenMs();
  }

  public void begin() {
    follow(attempts.first(this::admits));
  }

  private boolean admits(Target target) {
    return tools.breakers().admits(target, breaker());
  }

  private BreakerPolicy breaker() {
    return route.breaker();
  }

  private void follow(Next next) {
    switch (next) {
      case Next.GiveUp(StreamRecord.Failure failure) -> fail(failure);
      case Next.Try now when now.delayMs() == 0 -> attempt(now);
      case Next.Try later -> {
        attempt = new Attempt(tools.vertx(), tools.clock(), later, this);
        retryTimer = tools.vertx().setTimer(later.delayMs(), timer -> {
          retryTimer = -1;
          attempt(later);
        });
      }
    }
  }

  private void attempt(Next.Try what) {
    attempt = new Attempt(tools.vertx(), tools.clock(), what, this);
    attempt.start(tools.providers().apply(what.target().provider()),
        new ProviderRequest(body, what.target().model(), opened.start().raw()));
  }

  @Override
  public void firstToken(Attempt from) {
    tools.breakers().good(from.what().target(), breaker(), from.age());
  }

  @Override
  public void frame(Frame frame) {
    append(answer.say(frame, tools.clock().millis()));
  }

  @Override
  public void finished(Attempt from, Finish finish) {
    attempt = null;
    append(List.of(answer.completed(finish, tries(), tools.clock().millis())));
  }

  /** After the first token an answer is not taken up again yet: it fails with what it has. */
  @Override
  public void failed(Attempt from, ProviderFailure failure) {
    attempt = null;
    tools.breakers().bad(from.what().target(), breaker(), failure, from.age());
    if (answer.hasBegun())
      fail(Failures.of(failure));
    else
      follow(attempts.after(failure, this::admits, tools.random().getAsDouble(), tools.clock().millis()));
  }

  /** Ends it by somebody's wish; what has ended stays as it is. */
  public void cancel() {
    if (answer.hasEnded() || discarded)
      return;
    stopAttempt();
    append(List.of(answer.cancelled(tries(), tools.clock().millis())));
  }

  /** Ends it as failed, whatever it was doing. */
  public void fail(StreamRecord.Failure failure) {
    if (answer.hasEnded() || discarded)
      return;
    stopAttempt();
    append(List.of(answer.failed(failure, tries(), tools.clock().millis())));
  }

  /** Somebody else owns it now: nothing more is written, nobody is told. */
  public void discard() {
    discarded = true;
    stopAttempt();
    if (logTimer >= 0)
      tools.vertx().cancelTimer(logTimer);
  }

  private void stopAttempt() {
    if (retryTimer >= 0)
      tools.vertx().cancelTimer(retryTimer);
    retryTimer = -1;
    if (attempt == null)
      return;
    if (!attempt.hasBegun())
      tools.breakers().undecided(attempt.what().target(), breaker());
    attempt.cancel();
    attempt = null;
  }

  private Answer.Tries tries() {
    return new Answer.Tries(attempts.made(), attempts.failovers(), backlog.throttledMs());
  }

  private void append(List<StreamRecord> records) {
    if (records.isEmpty() || discarded)
      return;
    if (backlog.isEmpty())
      watchLog();
    boolean full = backlog.added(records.size());
    if (full && attempt != null)
      attempt.pause();
    tools.lane().append(id(), records, this);
  }

  @Override
  public void committed(List<StreamRecord> records) {
    if (discarded)
      return;
    boolean room = backlog.removed(records.size());
    if (room && attempt != null)
      attempt.resume();
    long prev = committedHead;
    committedHead = records.getLast().seq();
    listener.committed(this, prev, records);
    if (records.getLast() instanceof StreamRecord.End end)
      listener.ended(this, end);
  }

  @Override
  public void unstorable() {
    if (discarded)
      return;
    replaceUnwritten(Failures.server(ErrorCode.INTERNAL, "The answer could not be kept.", 500));
  }

  /** A log that takes nothing for too long ends the stream; the end itself waits for the log. */
  private void watchLog() {
    if (logTimer >= 0)
      return;
    logTimer = tools.vertx().setTimer(tools.logPatience().toMillis(), timer -> {
      logTimer = -1;
      if (discarded || backlog.isEmpty() || answer.hasEnded())
        return;
      if (backlog.stuckMs() < tools.logPatience().toMillis()) {
        watchLog();
        return;
      }
      int unwritten = tools.lane().withdraw(id());
      answer.withdraw(unwritten);
      backlog.removed(unwritten);
      fail(Failures.server(ErrorCode.UNAVAILABLE, "The answer could not be kept, and ends here.", 503));
    });
  }

  private void replaceUnwritten(StreamRecord.Failure failure) {
    int unwritten = (int) (answer.head() - committedHead);
    answer.withdraw(unwritten);
    backlog.removed(unwritten);
    fail(failure);
  }
}

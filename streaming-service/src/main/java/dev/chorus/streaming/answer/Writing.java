package dev.chorus.streaming.answer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.bus.StreamRecord;
import dev.chorus.model.Text;
import dev.chorus.streaming.attempt.Attempt;
import dev.chorus.streaming.attempt.Attempts;
import dev.chorus.streaming.attempt.Failures;
import dev.chorus.streaming.attempt.Next;
import dev.chorus.streaming.provider.Finish;
import dev.chorus.streaming.provider.Frame;
import dev.chorus.streaming.provider.Piece;
import dev.chorus.streaming.provider.ProviderFailure;
import dev.chorus.streaming.provider.ProviderRequest;
import dev.chorus.streaming.provider.Route;
import dev.chorus.streaming.provider.Target;
import dev.chorus.streaming.recovery.Choices;
import dev.chorus.streaming.recovery.Said;
import dev.chorus.streaming.section.Sections;
import java.util.List;

/**
 * The attempts at one answer, section after section: what follows when one breaks off (docs/protocol.md, section 6), until the answer is whole or given up. The pen gets
 * what readers are to have, in order; then the page hears exactly one of wrote, gaveUp and deserted, unless it was stopped.
 */
final class Writing implements Attempt.Listener {
  private final Route route;
  private final ObjectNode body;
  private final boolean raw;
  private final Sections sections;
  private final Tools tools;
  private final Answer answer;
  private final Pen pen;
  private final Page page;
  private final StreamSpan span;
  private final Holding holding = new Holding();
  private Attempts attempts;
  private Attempt attempt;
  private final Choices choices;
  private Joint joint = TextJoint.NONE;
  private long retryTimer = -1;
  private int section;
  private long sectionStart;
  private long bytes;
  private int made;
  private int failovers;
  private boolean paused;

  Writing(Route route, ObjectNode body, boolean raw, Sections sections, Tools tools, Answer answer, Pen pen, Page page, StreamSpan span) {
    this.route = route;
    this.body = body;
    this.raw = raw;
    this.sections = sections;
    this.tools = tools;
    this.answer = answer;
    this.pen = pen;
    this.page = page;
    this.span = span;
    this.attempts = new Attempts(route, tools.clock().millis());
    this.choices = new Choices(raw && body.path("n").asInt(1) > 1);
  }

  /** Another owner has written these. */
  void resume(List<StreamRecord> records) {
    choices.resume(records);
  }

  Holding holding() {
    return holding;
  }

  /** Begins, or goes on behind what readers have. */
  void begin() {
    Said said = answer.said();
    section = sections.indexOf(said.lastSection());
    sectionStart = said.beforeSection(sections.name(section));
    if (answer.hasBegun() && !mayGoOn())
      page.gaveUp(Failures.brokenOff());
    else
      follow(attempts.first(this::admits));
  }

  private boolean admits(Target target) {
    return tools.breakers().admits(target, route.breaker());
  }

  private void follow(Next next) {
    switch (next) {
      case Next.GiveUp(StreamRecord.Failure failure) -> page.gaveUp(failure);
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
    joint = choices.areSeveral() ? ChoicesJoint.of(choices) : TextJoint.of(answer.said(), sectionStart, what.target().prefill());
    if (joint.resetTo() != null)
      pen.notice("reset", joint.resetTo(), what.target().provider().name(), what.number());
    bytes = 0;
    attempt = new Attempt(tools.vertx(), tools.clock(), what, this);
    attempt.start(tools.providers().apply(what.target().provider()),
        new ProviderRequest(sections.request(body, section), what.target().model(), raw, joint.prefix()), span.attempt(what));
    read();
  }

  @Override
  public void firstToken(Attempt from) {
    tools.breakers().good(from.what().target(), route.breaker(), from.age());
    attempts.began();
    page.begun();
  }

  @Override
  public void frame(Frame frame) {
    for (Piece piece : frame.pieces())
      count(piece);
    if (holding.isShut()) {
      holding.add(frame, () -> write(frame));
      read();
    } else {
      write(frame);
    }
  }

  private void count(Piece piece) {
    bytes += switch (piece) {
      case Piece.Content(String text) -> Text.utf8Length(text);
      case Piece.Reasoning(String text) -> Text.utf8Length(text);
      case Piece.Tool(var delta) -> delta.arguments() == null ? 0 : Text.utf8Length(delta.arguments());
    };
  }

  private void write(Frame frame) {
    if (!joint.isOver()) {
      joint.on(frame, this::join);
      return;
    }
    String own = frame.raw();
    choices.add(own);
    for (Piece piece : frame.pieces()) {
      pen.say(piece, sections.name(section), own);
      own = null;
    }
    if (own != null)
      pen.keep(own, frame.token());
  }

  private void join(Joint.Step step) {
    switch (step) {
      case Joint.Continued continued -> notice("continued", null);
      case Joint.Reset(long fromSeq) -> {
        choices.clear();
        notice("reset", fromSeq);
      }
      case Joint.Say(Piece piece, String own) -> {
        choices.add(own);
        pen.say(piece, sections.name(section), own);
      }
      case Joint.Keep(String own) -> {
        choices.add(own);
        pen.keep(own, false);
      }
    }
  }

  private void notice(String word, Long fromSeq) {
    Next.Try what = attempt == null ? null : attempt.what();
    pen.notice(word, fromSeq, what == null ? null : what.target().provider().name(), what == null ? null : what.number());
  }

  @Override
  public void finished(Attempt from, Finish finish) {
    if (holding.isShut())
      holding.add(() -> ended(from, finish));
    else
      ended(from, finish);
  }

  private void ended(Attempt from, Finish finish) {
    if (!joint.isOver())
      joint.end(this::join);
    attempt = null;
    answer.spending().add(finish.usage() != null ? finish.usage() : from.usage(), bytes);
    pen.settle();
    if (section == sections.size() - 1) {
      page.wrote(finish);
      return;
    }
    section++;
    sectionStart = answer.said().lastSeq();
    made += attempts.made();
    failovers += attempts.failovers();
    attempts = new Attempts(route, tools.clock().millis());
    follow(attempts.first(this::admits));
  }

  @Override
  public void failed(Attempt from, ProviderFailure failure) {
    // What was held of it was not seen, so it can be begun anew at once, unless everything has to wait.
    if (holding.isShut() && (paused || answer.hasBegun()))
      holding.add(() -> brokeOff(from, failure));
    else
      brokeOff(from, failure);
  }

  private void brokeOff(Attempt from, ProviderFailure failure) {
    if (holding.isShut())
      holding.clear();
    attempt = null;
    lost(from);
    tools.breakers().bad(from.what().target(), route.breaker(), failure, from.age());
    boolean begun = answer.hasBegun();
    if (begun)
      pen.settle();
    else
      pen.forget();
    if (!page.isWanted()) {
      page.deserted();
      return;
    }
    if (begun && !mayGoOn()) {
      page.gaveUp(Failures.of(failure));
      return;
    }
    Next next = attempts.after(failure, begun, this::admits, tools.random().getAsDouble(), tools.clock().millis());
    if (begun && next instanceof Next.Try again)
      pen.notice("failover", null, again.target().provider().name(), again.number());
    follow(next);
  }

  /** Whether an answer that readers have a part of can be gone on with: what they have must be comparable. */
  private boolean mayGoOn() {
    return route.recovery() && (!raw || (choices.areSeveral() ? choices.isComparable() : !answer.said().isEmpty()));
  }

  private void lost(Attempt from) {
    if (from.hasBegun() || from.usage() != null)
      answer.spending().add(from.usage(), bytes);
  }

  /** Text may go out again, or for the first time. */
  void open() {
    holding.open();
    read();
  }

  void pause(boolean now) {
    paused = now;
    read();
  }

  /** Reads on, or not, as the page wants it. */
  void read() {
    if (attempt != null)
      attempt.reading(page.reads() && !paused && !holding.isFull());
  }

  /** For a moment nothing is read from the provider, or that moment is over. */
  void rest(boolean now) {
    if (attempt != null)
      attempt.rest(now);
  }

  /** No further attempt; the page hears nothing any more. */
  void stop() {
    if (retryTimer >= 0)
      tools.vertx().cancelTimer(retryTimer);
    retryTimer = -1;
    holding.clear();
    if (attempt == null)
      return;
    lost(attempt);
    if (!attempt.hasBegun())
      tools.breakers().undecided(attempt.what().target(), route.breaker());
    attempt.cancel();
    attempt = null;
  }

  /** Nothing is under way that could bring it forward. */
  boolean isIdle() {
    return attempt == null && retryTimer < 0 && !paused && holding.isEmpty();
  }

  int made() {
    return made + attempts.made();
  }

  int failovers() {
    return failovers + attempts.failovers();
  }
}

package dev.chorus.streaming.answer;

import dev.chorus.streaming.deliver.Deliver;
import dev.chorus.streaming.deliver.Gather;
import dev.chorus.streaming.deliver.Pacer;
import dev.chorus.streaming.deliver.Rest;
import dev.chorus.streaming.provider.Piece;
import io.vertx.core.Handler;
import java.util.function.Consumer;

/**
 * Writes what readers are to get, in the portions that were asked for: numbered, and on its way into the log. The provider's own frames are never merged. Under load a portion is
 * what one read of the provider's socket has brought; then the socket rests until it is time for the next.
 */
final class Pen implements Pacer.Holder {
  private final Tools tools;
  private final Answer answer;
  private final Outbox outbox;
  private final Gather gather;
  private final boolean merges;
  private final boolean mayRest;
  private final Handler<Boolean> rest;
  private final Consumer<Piece> sayNow = this::sayNow;
  private String section;
  private boolean joined;
  private final Rest resting = new Rest();
  private boolean down;

  /**
   * @param raw the provider's frames are kept beside the text
   * @param rest lets the provider's socket rest, or not any more
   */
  Pen(Tools tools, Answer answer, Outbox outbox, Deliver deliver, boolean raw, Handler<Boolean> rest) {
    this.tools = tools;
    this.answer = answer;
    this.outbox = outbox;
    this.gather = new Gather(deliver, tools.portions());
    this.merges = !raw;
    this.mayRest = deliver == Deliver.TOKEN;
    this.rest = rest;
  }

  /**
   * @param itsSection or null
   * @param raw the provider's frame, or null
   */
  void say(Piece piece, String itsSection, String raw) {
    long now = tools.clock().millis();
    section = itsSection;
    if (!merges) {
      outbox.append(answer.say(piece, section, raw, now));
      return;
    }
    int mergeMs = tools.pacer().piece(now);
    boolean rests = mayRest && mergeMs > 0;
    gather.add(piece, rests ? Integer.MAX_VALUE : mergeMs, now, sayNow);
    if (rests)
      restSoon();
    else if (gather.waits())
      tools.pacer().holds(this);
  }

  /** In the next turn, when all that this read has brought is heard. */
  private void restSoon() {
    if (down || !resting.plan())
      return;
    tools.vertx().runOnContext(turn -> {
      if (down)
        return;
      settle();
      resting.begin(tools.clock().millis());
      rest.handle(true);
      tools.pacer().holds(this);
    });
  }

  private void sayNow(Piece piece) {
    outbox.append(answer.say(piece, section, null, tools.clock().millis()));
  }

  /** A frame without text. */
  void keep(String raw, boolean token) {
    outbox.append(answer.keep(raw, token, tools.clock().millis()));
  }

  void notice(String word, Long fromSeq, String provider, Integer attempt) {
    settle();
    joined |= word.equals("continued") || word.equals("reset");
    outbox.append(answer.notice(word, fromSeq, provider, attempt));
  }

  /** Whether an attempt has gone on where another had broken off. */
  boolean hasJoined() {
    return joined;
  }

  @Override
  public boolean tick(int mergeMs, long now) {
    if (down)
      return false;
    gather.tick(mergeMs, now, sayNow);
    if (resting.ends(mergeMs, now))
      rest.handle(false);
    return resting.isOn() || gather.waits();
  }

  /** What waits to be said is said now. */
  void settle() {
    gather.flush(tools.clock().millis(), sayNow);
  }

  /** What waits to be said never is. */
  void forget() {
    gather.clear();
  }

  /** Nothing is written any more. */
  void putDown() {
    down = true;
    forget();
    tools.pacer().forget(this);
  }
}

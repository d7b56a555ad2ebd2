package dev.chorus.streaming.answer;

import dev.chorus.streaming.deliver.Deliver;
import dev.chorus.streaming.deliver.Gather;
import dev.chorus.streaming.deliver.Pacer;
import dev.chorus.streaming.provider.Piece;
import java.util.function.Consumer;

/** Writes what readers are to get, in the portions that were asked for: numbered, and on its way into the log. The provider's own frames are never merged. */
final class Pen implements Pacer.Holder {
  private final Tools tools;
  private final Answer answer;
  private final Outbox outbox;
  private final Gather gather;
  private final boolean merges;
  private final Consumer<Piece> sayNow = this::sayNow;
  private String section;
  private boolean joined;

  /** @param raw the provider's frames are kept beside the text */
  Pen(Tools tools, Answer answer, Outbox outbox, Deliver deliver, boolean raw) {
    this.tools = tools;
    this.answer = answer;
    this.outbox = outbox;
    this.gather = new Gather(deliver, tools.portions());
    this.merges = !raw;
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
    gather.add(piece, tools.pacer().piece(now), now, sayNow);
    if (gather.waits())
      tools.pacer().holds(this);
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
    gather.tick(mergeMs, now, sayNow);
    return gather.waits();
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
    forget();
    tools.pacer().forget(this);
  }
}

package dev.chorus.streaming.deliver;

import dev.chorus.model.Text;
import dev.chorus.streaming.provider.Piece;
import java.util.function.Consumer;

/** Gathers the pieces of one answer into portions. Pieces of another kind, and tool calls, end a portion; none is ever cut within a character. */
public final class Gather {
  /** Whatever the mode: more is not held. */
  private static final int MAX_CHARACTERS = 64 * 1024;
  private final Deliver mode;
  private final Portions portions;
  private final StringBuilder held = new StringBuilder();
  private boolean reasoning;
  private int bytes;
  private long since;

  public Gather(Deliver mode, Portions portions) {
    this.mode = mode;
    this.portions = portions;
  }

  /**
   * @param mergeMs how long the mode {@code token} may hold back now; 0: not at all
   * @param now milliseconds
   * @param out gets what goes on
   */
  public void add(Piece piece, int mergeMs, long now, Consumer<Piece> out) {
    boolean passes = mode == Deliver.TOKEN && (mergeMs == 0 || now - since >= mergeMs);
    if (held.isEmpty() && passes) {
      since = now;
      out.accept(piece);
      return;
    }
    switch (piece) {
      case Piece.Content(String text) -> hold(text, false, now, out);
      case Piece.Reasoning(String text) -> hold(text, true, now, out);
      case Piece.Tool tool -> {
        flush(now, out);
        out.accept(tool);
      }
    }
    if (passes)
      flush(now, out);
  }

  private void hold(String text, boolean isReasoning, long now, Consumer<Piece> out) {
    if (!held.isEmpty() && reasoning != isReasoning)
      flush(now, out);
    if (held.isEmpty() && mode != Deliver.TOKEN)
      since = now;
    reasoning = isReasoning;
    held.append(text);
    bytes += Text.utf8Length(text);
    if (held.length() >= MAX_CHARACTERS || (mode == Deliver.BUFFERED && bytes >= portions.bytes()))
      flush(now, out);
    else if (mode == Deliver.SENTENCE)
      sentences(text.length(), out);
  }

  /** Lets go what ends with a sentence: its mark, closing quotes or brackets, and the space or line end behind it. */
  private void sentences(int added, Consumer<Piece> out) {
    int end = Sentences.lastEnd(held, Math.max(0, held.length() - added - Sentences.LOOK_BACK));
    if (end == 0)
      return;
    out.accept(piece(held.substring(0, end)));
    held.delete(0, end);
    bytes = Text.utf8Length(held);
  }

  private Piece piece(String text) {
    return reasoning ? new Piece.Reasoning(text) : new Piece.Content(text);
  }

  /** Whether something is held that time will let go. */
  public boolean waits() {
    return !held.isEmpty() && (mode == Deliver.TOKEN || mode == Deliver.BUFFERED);
  }

  /** Lets go what has waited long enough. */
  public void tick(int mergeMs, long now, Consumer<Piece> out) {
    int most = mode == Deliver.BUFFERED ? portions.delayMs() : mergeMs;
    if (waits() && now - since >= most)
      flush(now, out);
  }

  /** Lets go what is held: the section, or the answer, is over. */
  public void flush(long now, Consumer<Piece> out) {
    if (held.isEmpty())
      return;
    Piece whole = piece(held.toString());
    clear();
    since = now;
    out.accept(whole);
  }

  /** Drops what is held. */
  public void clear() {
    held.setLength(0);
    bytes = 0;
  }
}

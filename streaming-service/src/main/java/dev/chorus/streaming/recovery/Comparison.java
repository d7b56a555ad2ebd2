package dev.chorus.streaming.recovery;

import dev.chorus.streaming.provider.Piece;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares an attempt that began again with what readers have. Text is shared up to its first different character; reasoning and tool calls are shared whole or not at all,
 * and the last of them, which may not have been finished, begins again in any case.
 */
public final class Comparison {
  private final List<Block> blocks;
  private final long before;
  private final List<Piece> held = new ArrayList<>();
  private int block;
  private int offset;
  private boolean over;

  /** @param before the seq behind which the attempt begins: 0, or the last of the section before */
  public Comparison(Said said, long before) {
    this.blocks = said.behind(before);
    this.before = before;
  }

  /** Whether nothing is left to compare. */
  public boolean isOver() {
    return over;
  }

  public Verdict on(Piece piece) {
    while (true) {
      if (block == blocks.size())
        return goesOn(piece);
      Block here = blocks.get(block);
      if (here.isOf(piece) && (held.isEmpty() || !begins(piece)))
        return here.isText() ? text(here, ((Piece.Content) piece).text()) : whole(here, piece);
      if (!isShared(here))
        return differs(here, piece);
      next();
    }
  }

  /** Whether it is the first piece of a tool call: of two calls of the same name and index the second is not in the first. */
  private static boolean begins(Piece piece) {
    return piece instanceof Piece.Tool(var delta) && delta.name() != null;
  }

  /** Whether the attempt has repeated all of it, and it need not begin again. */
  private boolean isShared(Block here) {
    return offset == here.text.length() && (here.isText() || (!isLast() && !held.isEmpty()));
  }

  private boolean isLast() {
    return block == blocks.size() - 1;
  }

  private void next() {
    held.clear();
    block++;
    offset = 0;
  }

  private Verdict text(Block here, String text) {
    int same = shared(here, text);
    offset += same;
    if (same == text.length())
      return new Verdict.Swallowed();
    Piece rest = new Piece.Content(text.substring(same));
    if (offset == here.text.length() && isLast())
      return goesOn(rest);
    return differs(here, rest);
  }

  private Verdict whole(Block here, Piece piece) {
    if (isLast())
      return differs(here, piece);
    String text = text(piece);
    int same = shared(here, text);
    offset += same;
    if (same < text.length())
      return differs(here, piece);
    held.add(piece);
    return new Verdict.Swallowed();
  }

  private int shared(Block here, String text) {
    int same = 0;
    int most = Math.min(text.length(), here.text.length() - offset);
    while (same < most && text.charAt(same) == here.text.charAt(offset + same))
      same++;
    // Not between the halves of a pair.
    if (same > 0 && same < text.length() && Character.isHighSurrogate(text.charAt(same - 1)))
      same--;
    return same;
  }

  private static String text(Piece piece) {
    return switch (piece) {
      case Piece.Content(String text) -> text;
      case Piece.Reasoning(String text) -> text;
      case Piece.Tool(var delta) -> delta.arguments() == null ? "" : delta.arguments();
    };
  }

  private Verdict goesOn(Piece piece) {
    over = true;
    return new Verdict.GoesOn(piece);
  }

  /** @param piece the first that is different, or null when there was none any more */
  private Verdict differs(Block here, Piece piece) {
    over = true;
    long previous = block == 0 ? before : blocks.get(block - 1).lastSeq();
    List<Piece> again = new ArrayList<>(held);
    long from = previous;
    if (here.isText()) {
      from = here.seqWithin(offset, previous);
      String shared = here.text.substring(here.endWithin(offset), offset);
      if (!shared.isEmpty()) {
        boolean joins = piece instanceof Piece.Content;
        again.add(new Piece.Content(joins ? shared + text(piece) : shared));
        return new Verdict.Differs(from, joins ? again : added(again, piece));
      }
    }
    return new Verdict.Differs(from, added(again, piece));
  }

  private static List<Piece> added(List<Piece> pieces, Piece piece) {
    if (piece != null)
      pieces.add(piece);
    return pieces;
  }

  /** The attempt has come to its end: swallowed if all that readers have was in it, else another answer, since it is shorter. */
  public Verdict end() {
    if (over)
      return new Verdict.Swallowed();
    while (block < blocks.size() && isShared(blocks.get(block)))
      next();
    if (block == blocks.size()) {
      over = true;
      return new Verdict.Swallowed();
    }
    return differs(blocks.get(block), null);
  }
}

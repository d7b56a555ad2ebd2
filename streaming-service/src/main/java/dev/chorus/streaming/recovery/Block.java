package dev.chorus.streaming.recovery;

import dev.chorus.bus.StreamRecord.Chunk;
import dev.chorus.bus.StreamRecord.Kind;
import dev.chorus.streaming.provider.Piece;
import java.util.Arrays;
import java.util.Objects;

/** Neighbouring chunks of one kind, section and tool call, as readers have them: their text, and where in it each number ends. */
final class Block {
  final Kind kind;
  final int tool;
  final String id;
  final String name;
  final String section;
  final StringBuilder text = new StringBuilder();
  private final long first;
  /** Pairs: the seq less {@code first}, and the length of the text with that chunk. */
  private int[] marks = new int[16];
  private int used;

  Block(Chunk chunk) {
    this.kind = chunk.kind();
    this.tool = chunk.tool() == null ? 0 : chunk.tool().index();
    this.id = chunk.tool() == null ? null : chunk.tool().id();
    this.name = chunk.tool() == null ? null : chunk.tool().name();
    this.section = chunk.section();
    this.first = chunk.seq();
  }

  void add(Chunk chunk) {
    String more = chunk.tool() == null ? chunk.text() : chunk.tool().arguments();
    if (more != null)
      text.append(more);
    if (used == marks.length)
      marks = Arrays.copyOf(marks, used * 2);
    marks[used++] = (int) (chunk.seq() - first);
    marks[used++] = text.length();
  }

  /** Whether that chunk goes on where this block is. */
  boolean takes(Chunk chunk) {
    boolean same = chunk.kind() == kind && Objects.equals(section, chunk.section());
    return same && (kind != Kind.TOOL || (chunk.tool() != null && chunk.tool().index() == tool && chunk.tool().name() == null));
  }

  /** Whether a piece of that kind would stand in it. */
  boolean isOf(Piece piece) {
    return switch (piece) {
      case Piece.Content content -> kind == Kind.CONTENT;
      case Piece.Reasoning reasoning -> kind == Kind.REASONING;
      case Piece.Tool(var delta) -> kind == Kind.TOOL && delta.index() == tool && (delta.name() == null || delta.name().equals(name));
    };
  }

  /** Whether it may be taken up in the middle. */
  boolean isText() {
    return kind == Kind.CONTENT;
  }

  long firstSeq() {
    return first;
  }

  long lastSeq() {
    return first + marks[used - 2];
  }

  /** The last chunk that ends within so many characters, or {@code before} when none does. */
  long seqWithin(int characters, long before) {
    int at = markWithin(characters);
    return at < 0 ? before : first + marks[at];
  }

  /** So many characters stand in the chunks that end within that many. */
  int endWithin(int characters) {
    int at = markWithin(characters);
    return at < 0 ? 0 : marks[at + 1];
  }

  /** So many characters stand in the chunks up to that seq. */
  int endOf(long seq) {
    int at = used - 2;
    while (at >= 0 && first + marks[at] > seq)
      at -= 2;
    return at < 0 ? 0 : marks[at + 1];
  }

  private int markWithin(int characters) {
    int at = used - 2;
    while (at >= 0 && marks[at + 1] > characters)
      at -= 2;
    return at;
  }

  /** Drops the chunks above that seq; some are left. */
  void cut(long seq) {
    while (used > 0 && first + marks[used - 2] > seq)
      used -= 2;
    text.setLength(used == 0 ? 0 : marks[used - 1]);
  }
}

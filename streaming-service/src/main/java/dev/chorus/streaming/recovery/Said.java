package dev.chorus.streaming.recovery;

import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamRecord.Chunk;
import dev.chorus.bus.StreamRecord.Kind;
import dev.chorus.bus.StreamRecord.Notice;
import dev.chorus.protocol.ToolDelta;
import java.util.ArrayList;
import java.util.List;

/** What readers have of a stream: its chunks without what a reset has voided. */
public final class Said {
  private final List<Block> blocks = new ArrayList<>(1);

  /** Of those records. */
  public static Said of(List<? extends StreamRecord> records) {
    Said said = new Said();
    records.forEach(said::add);
    return said;
  }

  public void add(StreamRecord record) {
    switch (record) {
      case Chunk chunk -> add(chunk);
      case Notice notice when notice.fromSeq() != null -> reset(notice.fromSeq());
      default -> {
        // The other notices and the end say nothing of the text.
      }
    }
  }

  private void add(Chunk chunk) {
    // The provider's frames that hold no text are kept for others; here they say nothing.
    if (chunk.tool() == null && chunk.text().isEmpty())
      return;
    if (blocks.isEmpty() || !blocks.getLast().takes(chunk))
      blocks.add(new Block(chunk));
    blocks.getLast().add(chunk);
  }

  private void reset(long fromSeq) {
    while (!blocks.isEmpty() && blocks.getLast().firstSeq() > fromSeq)
      blocks.removeLast();
    if (!blocks.isEmpty())
      blocks.getLast().cut(fromSeq);
  }

  public boolean isEmpty() {
    return blocks.isEmpty();
  }

  /** The text of the answer. */
  public String text() {
    return join(Kind.CONTENT, 0);
  }

  /** The reasoning before and within it. */
  public String reasoning() {
    return join(Kind.REASONING, 0);
  }

  /** The text behind that seq. */
  public String textBehind(long seq) {
    return join(Kind.CONTENT, seq);
  }

  private String join(Kind kind, long behind) {
    StringBuilder text = new StringBuilder();
    for (Block block : blocks)
      if (block.kind == kind && block.firstSeq() > behind)
        text.append(block.text);
    return text.toString();
  }

  /** The seq of the last chunk, or 0. */
  public long lastSeq() {
    return blocks.isEmpty() ? 0 : blocks.getLast().lastSeq();
  }

  /** The section of the last chunk, or null. */
  public String lastSection() {
    return blocks.isEmpty() ? null : blocks.getLast().section;
  }

  /** The last seq before the run of blocks at the end that are in that section. */
  public long beforeSection(String section) {
    long before = 0;
    for (Block block : blocks)
      if (!java.util.Objects.equals(block.section, section))
        before = block.lastSeq();
    return before;
  }

  /**
   * Where the text behind {@code behind} may be gone on from: the seq of its last chunk, or of the last before an unfinished reasoning or tool call, which are never taken up in
   * the middle.
   */
  public long firmSeq(long behind) {
    long firm = behind;
    for (int i = 0; i < blocks.size(); i++) {
      Block block = blocks.get(i);
      if (block.firstSeq() > behind && (block.isText() || i < blocks.size() - 1))
        firm = block.lastSeq();
    }
    return firm;
  }

  /**
   * The last number up to that of a chunk at which every reader has the end of a chunk, however theirs were merged.
   *
   * @param seq of a chunk, or 0
   */
  public long edge(long seq) {
    long before = 0;
    for (int i = 0; i < blocks.size() && blocks.get(i).firstSeq() <= seq; i++) {
      Block block = blocks.get(i);
      boolean last = i == blocks.size() - 1;
      boolean otherFollows = block.lastSeq() == seq && !last && blocks.get(i + 1).firstSeq() == seq + 1;
      if (block.lastSeq() >= seq)
        return !block.isText() || otherFollows ? seq : Math.max(before, seq - seq % StreamRecord.RUN);
      before = block.lastSeq();
    }
    return seq;
  }

  /** The text of the chunks above {@code from}, up to {@code to}, which stand in one block. */
  public String between(long from, long to) {
    for (Block block : blocks)
      if (block.firstSeq() <= to && block.lastSeq() >= to)
        return block.text.substring(block.endOf(from), block.endOf(to));
    return "";
  }

  /** Whether an attempt that goes on from the text behind that seq would leave nothing out: it is text, and reasoning before it. */
  public boolean isPlainBehind(long behind, long upTo) {
    boolean text = false;
    for (Block block : blocks) {
      if (block.firstSeq() <= behind || block.firstSeq() > upTo)
        continue;
      if (block.kind == Kind.TOOL)
        return false;
      text |= block.isText();
    }
    return text;
  }

  /** The good chunks up to that seq, one per block and so many characters, to be said again from {@code seq} on. */
  public List<Chunk> again(long upTo, long seq, int characters) {
    List<Chunk> chunks = new ArrayList<>();
    for (Block block : blocks) {
      if (block.firstSeq() > upTo)
        break;
      if (block.kind == Kind.TOOL) {
        chunks.add(new Chunk(seq + chunks.size(), block.kind, "",
            new ToolDelta(block.tool, block.id, block.name, block.text.toString()), block.section, null));
        continue;
      }
      for (int from = 0; from < block.text.length();) {
        int to = Math.min(block.text.length(), from + characters);
        if (to < block.text.length() && Character.isHighSurrogate(block.text.charAt(to - 1)))
          to++;
        chunks.add(new Chunk(seq + chunks.size(), block.kind, block.text.substring(from, to), null, block.section, null));
        from = to;
      }
    }
    return chunks;
  }

  List<Block> behind(long seq) {
    return blocks.stream().filter(block -> block.firstSeq() > seq).toList();
  }
}

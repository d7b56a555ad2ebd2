package dev.chorus.streaming.answer;

import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamRecord.Chunk;
import dev.chorus.bus.StreamRecord.End;
import dev.chorus.bus.StreamRecord.Kind;
import dev.chorus.bus.StreamRecord.Notice;
import dev.chorus.model.Text;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.StreamMetrics;
import dev.chorus.protocol.ToolDelta;
import dev.chorus.protocol.Usage;
import dev.chorus.streaming.provider.Piece;
import dev.chorus.streaming.provider.Price;
import dev.chorus.streaming.recovery.Said;
import java.util.List;

/** The pure core of a running stream: it gives numbers, counts, knows what readers have, and writes the end. Time is an argument, in milliseconds since the epoch. */
public final class Answer {
  private final long openedAt;
  private final Price price;
  private final Spending spending;
  private final Said said = new Said();
  private long head;
  private long chunks;
  private long bytes;
  private Long firstTokenAt;
  private boolean ended;

  /**
   * @param promptCharacters of the request, to estimate tokens where the provider does not count
   * @param price or null
   */
  Answer(long openedAt, long promptCharacters, Price price) {
    this.openedAt = openedAt;
    this.price = price;
    this.spending = new Spending(promptCharacters);
  }

  /** What attempts and waiting add to the figures of the end. */
  record Tries(int attempts, int failovers, long throttledMs) {}

  /** Why it ends. */
  record Outcome(String status, String reason, StreamRecord.Failure failure) {
    static Outcome completed(String reason) {
      return new Outcome("COMPLETED", storable(reason), null);
    }

    static Outcome failed(StreamRecord.Failure failure) {
      return new Outcome("FAILED", null, failure);
    }

    static Outcome cancelled() {
      return new Outcome("CANCELLED", null, null);
    }
  }

  /** Another owner has written these; what it used can only be estimated. */
  void resume(List<StreamRecord> records) {
    for (StreamRecord record : records) {
      head = record.seq();
      said.add(record);
      if (record instanceof Chunk chunk) {
        chunks++;
        String arguments = chunk.tool() == null ? null : chunk.tool().arguments();
        bytes += Text.utf8Length(arguments == null ? chunk.text() : arguments);
      }
    }
    if (chunks > 0)
      spending.add(null, bytes);
  }

  /** The text goes on as a record of its own. */
  Chunk say(Piece piece, String section, String raw, long now) {
    if (firstTokenAt == null)
      firstTokenAt = now;
    chunks++;
    Chunk chunk = switch (piece) {
      case Piece.Content(String text) -> new Chunk(++head, Kind.CONTENT, counted(text), null, section, raw);
      case Piece.Reasoning(String text) -> new Chunk(++head, Kind.REASONING, counted(text), null, section, raw);
      case Piece.Tool(ToolDelta delta) -> {
        String arguments = delta.arguments() == null ? null : counted(delta.arguments());
        yield new Chunk(++head, Kind.TOOL, "", new ToolDelta(delta.index(), storable(delta.id()), storable(delta.name()), arguments),
            section, raw);
      }
    };
    said.add(chunk);
    return chunk;
  }

  /** A frame without text, kept where the provider's frames are. */
  Chunk keep(String raw, boolean token, long now) {
    if (token && firstTokenAt == null)
      firstTokenAt = now;
    return new Chunk(++head, Kind.CONTENT, "", null, null, raw);
  }

  /** Says again what another stream has said, numbered from here on. */
  List<Chunk> repeat(Said other, long upTo, int characters, long now) {
    List<Chunk> again = other.again(upTo, head + 1, characters);
    for (Chunk chunk : again) {
      said.add(chunk);
      counted(chunk.tool() == null ? chunk.text() : chunk.tool().arguments());
    }
    head += again.size();
    chunks += again.size();
    if (!again.isEmpty())
      firstTokenAt = now;
    return again;
  }

  Notice notice(String word, Long fromSeq, String provider, Integer attempt) {
    Notice notice = new Notice(++head, word, fromSeq, provider, attempt);
    said.add(notice);
    return notice;
  }

  private String counted(String text) {
    bytes += Text.utf8Length(text);
    return storable(text);
  }

  /** A provider may send what neither PostgreSQL nor JSON can hold; the raw frame has it still as its escape. */
  private static String storable(String text) {
    return text == null || Text.isStorable(text) ? text : text.replaceAll("[\\x00\\p{Cs}]", "\uFFFD");
  }

  /** @param group what became of the group when this is its last, or null */
  End end(Outcome outcome, Tries tries, Event.StreamGroupEnd group, long now) {
    ended = true;
    Usage usage = spending.total();
    Double confidence = outcome.status.equals("COMPLETED") ? Confidence.of(said.text()) : null;
    return new End(++head, outcome.status, outcome.reason, outcome.failure, usage, price == null ? null : price.of(usage), confidence,
        metrics(tries, now), group);
  }

  /** As they stand. */
  StreamMetrics metrics(Tries tries, long now) {
    return new StreamMetrics(firstTokenMs(), now - openedAt, chunks, bytes, tries.attempts, tries.failovers, tries.throttledMs);
  }

  /** What an answer of so many bytes has used about, while nobody has counted. */
  public static Usage estimate(long promptCharacters, long bytes) {
    return Spending.estimate(promptCharacters, bytes);
  }

  Spending spending() {
    return spending;
  }

  Said said() {
    return said;
  }

  /** The last so many records were never written: their numbers are given again. */
  void withdraw(int records) {
    head -= records;
    ended = false;
  }

  /** The last number given. */
  long head() {
    return head;
  }

  /** Whether readers have anything of the answer. */
  boolean hasBegun() {
    return chunks > 0 || firstTokenAt != null;
  }

  boolean hasEnded() {
    return ended;
  }

  /** Null before the first token. */
  Long firstTokenMs() {
    return firstTokenAt == null ? null : firstTokenAt - openedAt;
  }
}

package dev.chorus.streaming.answer;

import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamRecord.Chunk;
import dev.chorus.bus.StreamRecord.End;
import dev.chorus.bus.StreamRecord.Kind;
import dev.chorus.model.Text;
import dev.chorus.protocol.Event;
import dev.chorus.streaming.provider.Finish;
import dev.chorus.streaming.provider.Frame;
import dev.chorus.streaming.provider.Piece;
import dev.chorus.streaming.provider.Price;
import java.util.ArrayList;
import java.util.List;

/** The pure core of a running stream: it gives numbers, counts, and writes the end. Time is an argument, in milliseconds since the epoch. */
public final class Answer {
  private static final int BYTES_PER_TOKEN = 4;
  private final long openedAt;
  private final long promptCharacters;
  private final Price price;
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
    this.promptCharacters = promptCharacters;
    this.price = price;
  }

  /** What an attempt or its absence adds to the figures of the end. */
  record Tries(int attempts, int failovers, long throttledMs) {}

  /** The records of a frame; none when it says nothing that is kept. */
  List<StreamRecord> say(Frame frame, long now) {
    if (frame.token() && firstTokenAt == null)
      firstTokenAt = now;
    List<StreamRecord> records = new ArrayList<>(1);
    String raw = frame.raw();
    for (Piece piece : frame.pieces()) {
      records.add(chunk(piece, raw));
      raw = null;
    }
    // A frame without text is kept where the provider's frames are.
    if (raw != null)
      records.add(new Chunk(++head, Kind.CONTENT, "", null, null, raw));
    return records;
  }

  private Chunk chunk(Piece piece, String raw) {
    chunks++;
    return switch (piece) {
      case Piece.Content content -> new Chunk(++head, Kind.CONTENT, counted(content.text()), null, null, raw);
      case Piece.Reasoning reasoning -> new Chunk(++head, Kind.REASONING, counted(reasoning.text()), null, null, raw);
      case Piece.Tool(Event.ToolDelta delta) -> {
        String arguments = delta.arguments() == null ? null : counted(delta.arguments());
        yield new Chunk(++head, Kind.TOOL, "", new Event.ToolDelta(delta.index(), storable(delta.id()), storable(delta.name()), arguments),
            null, raw);
      }
    };
  }

  private String counted(String text) {
    bytes += Text.utf8Length(text);
    return storable(text);
  }

  /** A provider may send what neither PostgreSQL nor JSON can hold; the raw frame has it still as its escape. */
  private static String storable(String text) {
    return text == null || Text.isStorable(text) ? text : text.replaceAll("[\\x00\\p{Cs}]", "\uFFFD");
  }

  End completed(Finish finish, Tries tries, long now) {
    return end("COMPLETED", storable(finish.reason()), null, finish.usage(), tries, now);
  }

  End failed(StreamRecord.Failure failure, Tries tries, long now) {
    return end("FAILED", null, failure, null, tries, now);
  }

  End cancelled(Tries tries, long now) {
    return end("CANCELLED", null, null, null, tries, now);
  }

  private End end(String status, String reason, StreamRecord.Failure failure, Event.Usage counted, Tries tries, long now) {
    ended = true;
    Event.Usage usage = counted != null ? counted : estimate(promptCharacters, bytes);
    Event.Metrics metrics = new Event.Metrics(firstTokenAt == null ? null : firstTokenAt - openedAt, now - openedAt, chunks, bytes,
        tries.attempts, tries.failovers,
        tries.throttledMs);
    return new End(++head, status, reason, failure, usage, price == null ? null : price.of(usage), metrics);
  }

  /** About four bytes make a token in the languages of most prompts; marked as an estimate. */
  public static Event.Usage estimate(long promptCharacters, long bytes) {
    long prompt = (promptCharacters + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN;
    long completion = (bytes + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN;
    return new Event.Usage(prompt, completion, prompt + completion, true);
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

  boolean hasBegun() {
    return firstTokenAt != null;
  }

  boolean hasEnded() {
    return ended;
  }

  /** Null before the first token. */
  Long firstTokenMs() {
    return firstTokenAt == null ? null : firstTokenAt - openedAt;
  }
}

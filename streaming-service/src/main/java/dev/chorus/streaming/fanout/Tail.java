package dev.chorus.streaming.fanout;

import dev.chorus.bus.StreamRecord;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The last records of a running stream that are in the log: whoever comes back after a moment lacks only these, and a thousand who come back at once need not all ask
 * PostgreSQL. Bounded, and of records that are kept for a while anyway until they are surely on the disk.
 */
public final class Tail {
  private static final int MAX_RECORDS = 32;
  private static final int MAX_CHARACTERS = 8 * 1024;
  private final Deque<StreamRecord> records = new ArrayDeque<>();
  private int characters;

  /** Further ones, behind those that it was given before. */
  public void add(List<StreamRecord> more) {
    for (StreamRecord record : more) {
      records.add(record);
      characters += characters(record);
    }
    while (records.size() > MAX_RECORDS || characters > MAX_CHARACTERS)
      characters -= characters(records.poll());
  }

  /** All records above that number and below or at the head, at most so many; empty when it does not reach so far back. */
  public Optional<List<StreamRecord>> above(long after, int most) {
    if (records.isEmpty() || records.peekFirst().seq() > after + 1 || records.peekLast().seq() < after)
      return Optional.empty();
    return Optional.of(records.stream().filter(record -> record.seq() > after).limit(most).toList());
  }

  private static int characters(StreamRecord record) {
    if (!(record instanceof StreamRecord.Chunk chunk))
      return 0;
    String arguments = chunk.tool() == null ? null : chunk.tool().arguments();
    return chunk.text().length() + (chunk.raw() == null ? 0 : chunk.raw().length()) + (arguments == null ? 0 : arguments.length());
  }
}

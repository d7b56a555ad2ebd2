package dev.chorus.streaming.log;

import dev.chorus.bus.StreamRecord;
import dev.chorus.model.StreamId;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/**
 * Rows of any streams that are written in one call.
 *
 * @param fresh PostgreSQL surely has none of them
 */
record Batch(List<Entry> entries, boolean fresh) {

  /** One record on its way; {@code sent} once PostgreSQL may have it. */
  static final class Entry {
    final StreamId stream;
    final StreamRecord record;
    final Logged logged;
    boolean sent;

    Entry(StreamId stream, StreamRecord record, Logged logged) {
      this.stream = stream;
      this.record = record;
      this.logged = logged;
    }
  }

  /** Whether it reaches the disk before its answer. */
  boolean isSynchronous() {
    return entries.stream().anyMatch(entry -> entry.record instanceof StreamRecord.End);
  }

  boolean isOfOneStream() {
    return entries.stream().allMatch(entry -> entry.stream.equals(entries.getFirst().stream));
  }

  /** The arguments of {@code append}. */
  Tuple arguments(String owner) {
    int size = entries.size();
    String[] streams = new String[size];
    Long[] seqs = new Long[size];
    Short[] kinds = new Short[size];
    String[] texts = new String[size];
    String[] extras = new String[size];
    String[] raws = new String[size];
    Integer[] slots = new Integer[size];
    for (int i = 0; i < size; i++) {
      Entry entry = entries.get(i);
      RecordRow row = RecordRow.of(entry.record);
      streams[i] = entry.stream.value();
      seqs[i] = entry.record.seq();
      kinds[i] = row.kind();
      texts[i] = row.text();
      extras[i] = row.extra();
      raws[i] = row.raw();
      slots[i] = entry.logged.slot();
    }
    return Tuple.tuple().addString(owner).addArrayOfString(streams).addArrayOfLong(seqs).addArrayOfShort(kinds).addArrayOfString(texts)
        .addArrayOfString(extras)
        .addArrayOfString(raws).addArrayOfInteger(slots);
  }
}

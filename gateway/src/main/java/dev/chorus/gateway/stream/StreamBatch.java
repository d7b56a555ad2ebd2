package dev.chorus.gateway.stream;

import dev.chorus.bus.StreamRecord;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import java.util.List;

/** Records {@code prev + 1 …} of a stream on their way to all readers that stand at the same position: their envelopes are encoded once, when the first one asks. */
public final class StreamBatch {
  private final StreamId stream;
  private final String epoch;
  private final RoomId room;
  private final long prev;
  private final List<StreamRecord> records;
  private final boolean replay;
  private List<byte[]> envelopes;

  StreamBatch(StreamId stream, String epoch, RoomId room, long prev, List<StreamRecord> records, boolean replay) {
    this.stream = stream;
    this.epoch = epoch;
    this.room = room;
    this.prev = prev;
    this.records = records;
    this.replay = replay;
  }

  public StreamId stream() {
    return stream;
  }

  public String epoch() {
    return epoch;
  }

  public List<StreamRecord> records() {
    return records;
  }

  /** They were in the log before the reader came. */
  public boolean replay() {
    return replay;
  }

  /** As envelopes of the wire, neighbouring chunks merged. */
  public List<byte[]> envelopes() {
    if (envelopes == null)
      envelopes = StreamFrames.envelopes(stream, room, records, replay);
    return envelopes;
  }

  boolean carries(long otherPrev, List<StreamRecord> otherRecords, boolean otherReplay) {
    return records == otherRecords && prev == otherPrev && replay == otherReplay;
  }

  /** Whether its last record is the stream's end. */
  public boolean ends() {
    return !records.isEmpty() && records.getLast() instanceof StreamRecord.End;
  }
}

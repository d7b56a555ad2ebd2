package dev.chorus.streaming.log;

import dev.chorus.bus.StreamRecord;
import java.util.List;

/** Who hears what became of records. */
public interface Logged {
  /** The slot of the log that the records of the stream are in. */
  default int slot() {
    return 0;
  }

  /** They are in the log, in order; readers may be told. */
  void committed(List<StreamRecord> records);

  /** PostgreSQL refuses something in them for good. None of this stream's waiting records will be written. */
  void unstorable();
}

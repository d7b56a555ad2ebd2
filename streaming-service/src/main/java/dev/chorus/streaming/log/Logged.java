package dev.chorus.streaming.log;

import dev.chorus.bus.StreamRecord;
import java.util.List;

/** Who hears what became of records. */
public interface Logged {
  /** They are in the log, in order; readers may be told. */
  void committed(List<StreamRecord> records);

  /** PostgreSQL refuses something in them for good. None of this stream's waiting records will be written. */
  void unstorable();
}

package dev.chorus.gateway.stream;

import dev.chorus.bus.StreamRecord;
import dev.chorus.model.Problem;
import dev.chorus.protocol.Event;
import java.util.ArrayList;
import java.util.List;

/** A reader that notes what it hears, in words: {@code open}, {@code 1}, {@code 2r} (replayed), {@code end3}, {@code lost}. */
final class Reader implements StreamReader {
  final List<String> heard = new ArrayList<>();
  final List<StreamBatch> batches = new ArrayList<>();
  Attachment attachment;
  boolean full;

  @Override
  public void attached(Attachment held) {
    attachment = held;
  }

  @Override
  public void opened(Event.StreamOpen open) {
    heard.add("open");
  }

  @Override
  public void records(StreamBatch batch) {
    batches.add(batch);
    for (StreamRecord record : batch.records()) {
      String mark = record instanceof StreamRecord.End ? "end" : "";
      heard.add(mark + record.seq() + (batch.replay() ? "r" : ""));
    }
  }

  @Override
  public boolean full() {
    return full;
  }

  @Override
  public void lost(Problem problem) {
    heard.add("lost");
  }
}

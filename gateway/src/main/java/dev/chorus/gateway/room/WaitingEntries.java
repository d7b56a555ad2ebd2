package dev.chorus.gateway.room;

import dev.chorus.bus.QueueMessage.WaitingEntry;
import dev.chorus.bus.QueueMessage.WaitingPage;
import java.util.AbstractList;
import java.util.HashMap;
import java.util.Map;

/** A page of what waits as a list of all seqs that it speaks of: null where one is left out. A wide hole costs nothing. */
final class WaitingEntries extends AbstractList<byte[]> {
  private final long after;
  private final int size;
  private final Map<Long, byte[]> bySeq = new HashMap<>();

  WaitingEntries(WaitingPage page) {
    after = page.after();
    size = Math.toIntExact(Math.min(Integer.MAX_VALUE, Math.max(0, page.upTo() - page.after())));
    for (WaitingEntry entry : page.entries())
      bySeq.put(entry.seq(), entry.envelope());
  }

  @Override
  public byte[] get(int index) {
    return bySeq.get(after + 1 + index);
  }

  @Override
  public int size() {
    return size;
  }
}

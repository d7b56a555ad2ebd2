package dev.chorus.bench.load;

/** What all participants of a gathering have heard since it was last forgotten: WebSocket messages, their bytes, the marked items in them and how old those were. */
public final class Heard {
  private long frames;
  private long bytes;
  private long items;
  private int mostInAFrame;
  private Histogram age = new Histogram();
  private long lost;
  private String trouble;

  /** Begins to count anew; what was lost stays. */
  public void forget() {
    frames = 0;
    bytes = 0;
    items = 0;
    mostInAFrame = 0;
    age = new Histogram();
  }

  void frame(int length, int itemsInIt) {
    frames++;
    bytes += length;
    items += itemsInIt;
    mostInAFrame = Math.max(mostInAFrame, itemsInIt);
  }

  void item(long nanos) {
    age.record(nanos);
  }

  void lost(String reason) {
    lost++;
    if (trouble == null)
      trouble = reason;
  }

  public long frames() {
    return frames;
  }

  public long bytes() {
    return bytes;
  }

  public long items() {
    return items;
  }

  public int mostInAFrame() {
    return mostInAFrame;
  }

  /** From the sending of an item to its arrival, one record for each who heard it. */
  public Histogram age() {
    return age;
  }

  /** Sockets that ended by themselves. */
  public long lost() {
    return lost;
  }

  /** Why the first of them ended, or null. */
  public String trouble() {
    return trouble;
  }
}

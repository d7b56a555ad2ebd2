package dev.chorus.gateway.socket;

/** How many envelopes have come and gone over all connections. Written on the event loop, read by anybody. */
public final class Traffic {
  private volatile long in;
  private volatile long out;

  @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes.
  public void received() {
    in++;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes.
  public void sent(int envelopes) {
    out += envelopes;
  }

  public long in() {
    return in;
  }

  public long out() {
    return out;
  }
}

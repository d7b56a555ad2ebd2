package dev.chorus.streaming.deliver;

/**
 * When the provider of one answer is not read for a moment. It is planned while what was read is still being heard, begins behind that, and is over when it is time for the next portion. A
 * rest that has begun always ends: what happens between its plan and its begin cannot be taken for its end.
 */
public final class Rest {
  private boolean planned;
  private boolean on;
  private long since;

  /** True: it is to {@link #begin} in the next turn. False: it was planned before, or is on. */
  public boolean plan() {
    if (planned || on)
      return false;
    planned = true;
    return true;
  }

  public void begin(long now) {
    planned = false;
    on = true;
    since = now;
  }

  /** True, once: it has lasted for so long, and is over. */
  public boolean ends(int afterMs, long now) {
    if (!on || now - since < afterMs)
      return false;
    on = false;
    return true;
  }

  public boolean isOn() {
    return on;
  }
}

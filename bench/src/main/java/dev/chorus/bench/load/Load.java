package dev.chorus.bench.load;

/** How much is sent, and for how long: what is sent while warming up is not measured. */
public record Load(Pace pace, double warmSeconds, double measuredSeconds) {
  /** What decides when the next message goes. */
  public sealed interface Pace {}

  /** So many messages a second, whatever becomes of them. */
  public record Rate(double perSecond) implements Pace {}

  /** So many messages that not all readers have yet. */
  public record Undelivered(int messages) implements Pace {}

  /** So many messages that the server has not acknowledged yet. */
  public record Unacked(int messages) implements Pace {}
}

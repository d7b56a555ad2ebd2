package dev.chorus.streaming.provider;

/** After that many failures within the window, being at least half of all attempts in it, a target is left alone until the open time has passed. */
public record BreakerPolicy(int failures, int windowSeconds, int openSeconds) {
  static final BreakerPolicy DEFAULT = new BreakerPolicy(5, 30, 15);
}

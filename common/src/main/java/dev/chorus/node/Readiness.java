package dev.chorus.node;

/**
 * Whether this node takes new work, as {@code /health/ready} says it. The cluster is looked at once, when the node starts; from then on
 * only what the node knows by itself counts, so that a trouble of all nodes does not take all of them out of service.
 */
final class Readiness {
  private final Health health;
  private volatile Phase phase = Phase.STARTING;

  /** The life of a node. */
  enum Phase {
    STARTING, SERVING, DRAINING, STOPPED
  }

  Readiness(Health health) {
    this.health = health;
  }

  void enter(Phase next) {
    phase = next;
  }

  Phase phase() {
    return phase;
  }

  boolean ready() {
    return phase == Phase.SERVING && health.report().status() != Health.Status.DOWN;
  }
}

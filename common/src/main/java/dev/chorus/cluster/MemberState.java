package dev.chorus.cluster;

/** What a node says of itself. A member is in the list before it can serve, and for a while after it has begun to leave. */
public enum MemberState {
  STARTING, SERVING, DRAINING
}

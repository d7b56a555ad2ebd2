package dev.chorus.streaming.log;

import dev.chorus.model.NodeId;

/** One life of a node as an owner of streams. Fencing ends it for good; a node that was wrongly thought dead begins the next. */
public record Incarnation(NodeId node, int life) {
  /** The life that follows when this one was fenced. */
  public Incarnation next() {
    return new Incarnation(node, life + 1);
  }

  /** Whose life that is. */
  public static NodeId node(String incarnation) {
    return new NodeId(incarnation.substring(0, incarnation.lastIndexOf('#')));
  }

  @Override
  public String toString() {
    return node + "#" + life;
  }
}

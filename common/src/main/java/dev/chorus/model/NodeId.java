package dev.chorus.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** One process of the cluster, a short random word made when it starts; {@code welcome} shows it. */
public record NodeId(@JsonValue String value) implements Comparable<NodeId> {

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public NodeId {}

  @Override
  public int compareTo(NodeId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}

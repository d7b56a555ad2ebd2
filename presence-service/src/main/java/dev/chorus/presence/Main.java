package dev.chorus.presence;

import dev.chorus.node.Node;
import java.util.List;

/** A node that does presence. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    Node.run(List.of(new PresenceService()), System.getenv());
  }
}

package dev.chorus.gateway;

import dev.chorus.node.Node;
import java.util.List;

/** A gateway as a process of its own. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    Node.run(List.of(new GatewayService()), System.getenv());
  }
}

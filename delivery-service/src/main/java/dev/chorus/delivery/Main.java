package dev.chorus.delivery;

import dev.chorus.node.Node;
import java.util.List;

/** A node that does delivery. */
public final class Main {
  private Main() {}

  /** Settings come from the environment. */
  public static void main(String[] arguments) {
    Node.run(List.of(new DeliveryService()), System.getenv());
  }
}

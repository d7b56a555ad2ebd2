package dev.chorus.streaming;

import dev.chorus.node.Node;
import java.util.List;

/** Streaming as a process of its own. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    Node.run(List.of(new StreamingService()), System.getenv());
  }
}

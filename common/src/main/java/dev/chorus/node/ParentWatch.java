package dev.chorus.node;

import java.io.IOException;
import java.io.InputStream;

/**
 * Notices that the process which started this one is gone, whatever killed it: the pipe at standard input then ends. A
 * thread of its own waits for that, since reading standard input blocks.
 */
final class ParentWatch {
  private ParentWatch() {}

  static void start(InputStream stdin, Runnable onGone) {
    Thread watch = new Thread(() -> {
      try {
        while (stdin.read() >= 0) {
          // Whatever comes means that the parent lives.
        }
      } catch (IOException broken) {
        // A broken pipe ends as a closed one does.
      }
      onGone.run();
    }, "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }
}

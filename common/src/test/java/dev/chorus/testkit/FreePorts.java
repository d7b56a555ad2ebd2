package dev.chorus.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Ports of the loopback that were free a moment ago. */
public final class FreePorts {
  private static final int LOWEST = 13_000;
  private static final int RANGE = 7_000;
  private static final AtomicInteger next = new AtomicInteger((int) (ProcessHandle.current().pid() * 50 % RANGE));

  private FreePorts() {}

  /** As many different ports as asked for, below those that the system gives to outgoing connections; never the same twice in one JVM. */
  public static List<Integer> take(int count) {
    List<Integer> ports = new ArrayList<>();
    while (ports.size() < count) {
      int port = LOWEST + next.getAndIncrement() % RANGE;
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        ports.add(socket.getLocalPort());
      } catch (BindException taken) {
        // The next one, then.
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
    return ports;
  }
}

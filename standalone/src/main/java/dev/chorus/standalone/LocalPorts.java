package dev.chorus.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Ports of this machine, looked at before anything is started, so that a taken one costs a sentence and not a stack trace. */
final class LocalPorts {
  private LocalPorts() {}

  /** Complains when somebody listens on that port. */
  static void requireFree(int port, String option) {
    if (!isFree(port))
      throw new Complaint("Port " + port + " is taken by another program; stop it, or choose another port with " + option + ".");
  }

  static boolean isFree(int port) {
    return binds(new InetSocketAddress(port)) && binds(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  /** Different ports that nobody listens on at this moment. */
  static List<Integer> take(int count) {
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++)
        held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      List<Integer> ports = held.stream().map(ServerSocket::getLocalPort).toList();
      for (ServerSocket socket : held)
        socket.close();
      return ports;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static boolean binds(InetSocketAddress address) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(address, 1);
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}

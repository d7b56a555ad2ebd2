package dev.chorus.standalone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Ports of this machine, looked at before anything is started, so that a taken one costs a sentence and not a stack trace. */
final class LocalPorts {
  private static final int LOWEST = 24_000;
  /** For those who are asked for by the port of their clients. */
  private static final int BESIDE = 4_000;
  private static final int OTHERS = 2_000;
  private static final int APART = 12;
  private static final int HIGHEST = 65_535;

  private LocalPorts() {}

  /** Complains when there is no such port, or somebody listens on it. */
  static void requireFree(int port, String option) {
    if (port < 1 || port > HIGHEST)
      throw new Complaint("There is no port " + port + "; choose one from 1 to " + HIGHEST + " with " + option + ".");
    if (!isFree(port))
      throw new Complaint("Port " + port + " is taken by another program; stop it, or choose another port with " + option + ".");
  }

  static boolean isFree(int port) {
    return binds(new InetSocketAddress(port)) && binds(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  /**
   * Different ports that nobody listens on at this moment. They lie below those that systems give to outgoing connections, one of which could take the port before its node
   * does; and processes that are started together look in different places.
   */
  static List<Integer> take(int count) {
    return take(count, LOWEST + BESIDE, OTHERS, ProcessHandle.current().pid());
  }

  /** The same beside the port of one's clients, which nobody else on this machine has: so two that are started together look in different places. */
  static List<Integer> takeBeside(int clients, int count) {
    return take(count, LOWEST, BESIDE, clients);
  }

  private static List<Integer> take(int count, int lowest, int range, long place) {
    Set<Integer> ports = new LinkedHashSet<>();
    int first = (int) (place * APART % range);
    for (int i = 0; i < range && ports.size() < count; i++) {
      int port = lowest + (first + i) % range;
      if (isFree(port))
        ports.add(port);
    }
    if (ports.size() < count)
      throw new Complaint("No port from " + lowest + " to " + (lowest + range - 1) + " is free; stop what holds them.");
    return List.copyOf(ports);
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

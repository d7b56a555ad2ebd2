package dev.chorus.bench.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** What a node said of itself on its management port at one moment, in Prometheus's text format. */
record NodeMetrics(List<String> lines) {
  private static final int TIMEOUT_MS = 10_000;

  static NodeMetrics of(int managementPort) throws IOException {
    URLConnection connection = URI.create("http://127.0.0.1:" + managementPort + "/metrics").toURL().openConnection();
    connection.setConnectTimeout(TIMEOUT_MS);
    connection.setReadTimeout(TIMEOUT_MS);
    try (InputStream answer = connection.getInputStream()) {
      return new NodeMetrics(new String(answer.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
    }
  }

  /** The same; empty when the node does not answer, since it may be dead. */
  static Optional<NodeMetrics> ask(int managementPort) {
    try {
      return Optional.of(of(managementPort));
    } catch (IOException dead) {
      return Optional.empty();
    }
  }

  /** A metric, all of its labels together; 0 when there is none of that name. */
  double sum(String name) {
    return lines.stream().filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
  }
}

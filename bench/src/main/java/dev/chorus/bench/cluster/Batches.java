package dev.chorus.bench.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The batches that a delivery node has committed, as its metrics say.
 *
 * @param messages in all of them
 */
public record Batches(double count, double messages) {
  private static final String NAME = "chorus_delivery_batch_rows";
  private static final int TIMEOUT_MS = 10_000;

  /** Of the node with that management port. */
  static Batches of(int managementPort) throws IOException {
    URLConnection connection = URI.create("http://127.0.0.1:" + managementPort + "/metrics").toURL().openConnection();
    connection.setConnectTimeout(TIMEOUT_MS);
    connection.setReadTimeout(TIMEOUT_MS);
    try (InputStream answer = connection.getInputStream()) {
      List<String> lines = new String(answer.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      return new Batches(sum(lines, NAME + "_count"), sum(lines, NAME + "_sum"));
    }
  }

  /** Messages in a batch, on average, since an earlier reading. */
  public double meanSince(Batches before) {
    return (messages - before.messages) / (count - before.count);
  }

  private static double sum(List<String> lines, String name) {
    return lines.stream().filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
  }
}

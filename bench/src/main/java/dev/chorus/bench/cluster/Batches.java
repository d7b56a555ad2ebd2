package dev.chorus.bench.cluster;

import java.io.IOException;

/**
 * The batches that a delivery node has committed, as its metrics say.
 *
 * @param messages in all of them
 */
public record Batches(double count, double messages) {
  private static final String NAME = "chorus_delivery_batch_rows";

  /** Of the node with that management port. */
  static Batches of(int managementPort) throws IOException {
    NodeMetrics metrics = NodeMetrics.of(managementPort);
    return new Batches(metrics.sum(NAME + "_count"), metrics.sum(NAME + "_sum"));
  }

  /** Messages in a batch, on average, since an earlier reading. */
  public double meanSince(Batches before) {
    return (messages - before.messages) / (count - before.count);
  }
}

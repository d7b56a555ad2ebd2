package dev.chorus.bench.load;

/**
 * Durations counted in 64 buckets per power of two of nanoseconds, so that a quantile is right to 1.6 % whatever its size.
 * Recording allocates nothing. Not safe for several threads.
 */
public final class Histogram {
  private static final int SUB_BITS = 6;
  private static final int SUB = 1 << SUB_BITS;
  private final long[] counts = new long[(Long.SIZE - SUB_BITS) * SUB];
  private long total;

  /** Counts one duration; a negative one (two clocks read at the same moment) counts as zero. */
  public void record(long nanos) {
    counts[bucket(Math.max(0, nanos))]++;
    total++;
  }

  /** How many durations were counted. */
  public long count() {
    return total;
  }

  /** Adds what another one counted. */
  public void add(Histogram other) {
    for (int i = 0; i < counts.length; i++)
      counts[i] += other.counts[i];
    total += other.total;
  }

  /** The duration in milliseconds that a share {@code q} (0 to 1) of all stayed under; NaN when nothing was counted. */
  public double millis(double q) {
    if (total == 0)
      return Double.NaN;
    long wanted = Math.min(total - 1, (long) (total * q));
    long seen = 0;
    for (int i = 0; i < counts.length; i++) {
      seen += counts[i];
      if (seen > wanted)
        return middle(i) / 1e6;
    }
    throw new IllegalStateException("the counts do not add up to their total");
  }

  private static int bucket(long nanos) {
    if (nanos < SUB)
      return (int) nanos;
    int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos) - SUB_BITS;
    return (shift + 1) * SUB + (int) ((nanos >>> shift) - SUB);
  }

  private static double middle(int bucket) {
    if (bucket < SUB)
      return bucket;
    int shift = bucket / SUB - 1;
    long low = (long) (SUB + bucket % SUB) << shift;
    return low + (1L << shift) / 2.0;
  }
}

package dev.chorus.bus;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was counted of the streams of one provider. Times are counted in buckets, so that figures of several nodes can be added and still tell percentiles: bucket {@code i}
 * holds what took less than {@link #boundMs}, and not less than the bound of the bucket before it.
 *
 * @param recovered streams that went on after an attempt had failed behind its first token, or after their owner had died
 * @param cost by currency
 */
public record StreamFigures(String provider, long active, long started, long completed, long failed, long cancelled, long recovered,
    long promptTokens, long completionTokens, Map<String, Double> cost, List<Long> firstToken, List<Long> duration) {
  /** Number of buckets: the last bound is about 23 minutes. */
  public static final int BUCKETS = 60;
  private static final List<Long> NOTHING = Collections.nCopies(BUCKETS, 0L);
  private static final double GROWTH = 1.25;
  private static final double FIRST_BOUND_MS = 2;

  public static StreamFigures none(String provider) {
    return new StreamFigures(provider, 0, 0, 0, 0, 0, 0, 0, 0, Map.of(), NOTHING, NOTHING);
  }

  /** The upper bound of a bucket in milliseconds. */
  public static double boundMs(int bucket) {
    return FIRST_BOUND_MS * Math.pow(GROWTH, bucket);
  }

  /** The bucket for a time. */
  public static int bucket(long millis) {
    if (millis < FIRST_BOUND_MS)
      return 0;
    int bucket = (int) Math.floor(Math.log(millis / FIRST_BOUND_MS) / Math.log(GROWTH)) + 1;
    return Math.min(bucket, BUCKETS - 1);
  }

  /**
   * The time that this share of what was counted stayed below, in milliseconds, up to a quarter too high; null when nothing was counted.
   *
   * @param share in (0, 1]
   */
  public static Long percentile(List<Long> buckets, double share) {
    long all = 0;
    for (long count : buckets)
      all += count;
    if (all == 0)
      return null;
    long wanted = (long) Math.ceil(all * share);
    long passed = 0;
    for (int i = 0; i < buckets.size(); i++) {
      passed += buckets.get(i);
      if (passed >= wanted)
        return Math.round(boundMs(i));
    }
    return Math.round(boundMs(buckets.size() - 1));
  }

  /** Adds figures by provider, of any nodes, in the order of the providers' names. */
  public static List<StreamFigures> sum(List<StreamFigures> figures) {
    Map<String, StreamFigures> byProvider = new TreeMap<>();
    for (StreamFigures one : figures)
      byProvider.merge(one.provider, one, (left, right) -> left.plus(right, left.provider));
    return new ArrayList<>(byProvider.values());
  }

  /** Both together, under that name. */
  public StreamFigures plus(StreamFigures other, String name) {
    Map<String, Double> costs = new TreeMap<>(cost);
    other.cost.forEach((currency, amount) -> costs.merge(currency, amount, Double::sum));
    return new StreamFigures(name, active + other.active, started + other.started, completed + other.completed, failed + other.failed,
        cancelled + other.cancelled, recovered + other.recovered, promptTokens + other.promptTokens,
        completionTokens + other.completionTokens, costs, plus(firstToken, other.firstToken), plus(duration, other.duration));
  }

  private static List<Long> plus(List<Long> left, List<Long> right) {
    List<Long> both = new ArrayList<>(left);
    for (int i = 0; i < Math.min(both.size(), right.size()); i++)
      both.set(i, left.get(i) + right.get(i));
    return both;
  }
}

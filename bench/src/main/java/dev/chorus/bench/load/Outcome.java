package dev.chorus.bench.load;

import java.util.HashMap;
import java.util.Map;

/**
 * What one load did. Sums of several turns are outcomes again.
 *
 * @param published messages sent in the measured time
 * @param delivered deliveries counted in the measured time
 * @param lost deliveries of the whole load, warm-up included, that never came; negative when there were too many
 * @param outOfOrder deliveries whose number was not the one after the last
 * @param refused sends answered by an error
 * @param cpu CPU seconds in the measured time, by the name of the process
 * @param trouble the first thing that went wrong, or null
 */
public record Outcome(double seconds, long published, long delivered, long acked, long lost, long outOfOrder, long refused,
    Histogram delivery,
    Histogram ack, Map<String, Double> cpu, String trouble) {

  /** Both together. */
  public Outcome plus(Outcome other) {
    Histogram bothDelivery = new Histogram();
    bothDelivery.add(delivery);
    bothDelivery.add(other.delivery);
    Histogram bothAck = new Histogram();
    bothAck.add(ack);
    bothAck.add(other.ack);
    Map<String, Double> bothCpu = new HashMap<>(cpu);
    other.cpu.forEach((name, seconds) -> bothCpu.merge(name, seconds, Double::sum));
    return new Outcome(seconds + other.seconds, published + other.published, delivered + other.delivered, acked + other.acked,
        lost + other.lost,
        outOfOrder + other.outOfOrder, refused + other.refused, bothDelivery, bothAck, bothCpu, trouble == null ? other.trouble : trouble);
  }

  /** Deliveries for one CPU second of a process. */
  public double deliveriesPerCpuSecond(String process) {
    return delivered / cpu.get(process);
  }

  /** CPU microseconds of a process for one acknowledged message. */
  public double cpuMicrosPerAck(String process) {
    return cpu.get(process) * 1e6 / acked;
  }

  /** Acknowledged messages a second. */
  public double acksPerSecond() {
    return acked / seconds;
  }

  /** Everything that should be zero. */
  public long faults() {
    return Math.abs(lost) + outOfOrder + refused;
  }
}

package dev.chorus.node;

import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

/**
 * The local checks of a node. A check answers at once from what it knows, without asking anybody: one slow dependency must not
 * make all nodes unready together. DEGRADED still serves; DOWN takes the node out of the load balancer.
 */
public final class Health {
  private final SortedMap<String, Supplier<Status>> checks = new ConcurrentSkipListMap<>();

  /** From best to worst. */
  public enum Status {
    UP, DEGRADED, DOWN
  }

  /** The worst status and each check's own. */
  public record Report(Status status, SortedMap<String, Status> checks) {
    /** Names and words only, fit for anybody's eyes. */
    public String json() {
      StringBuilder json = new StringBuilder("{\"status\":\"").append(status).append("\",\"checks\":{");
      String separator = "";
      for (Map.Entry<String, Status> check : checks.entrySet()) {
        json.append(separator).append('"').append(check.getKey()).append("\":\"").append(check.getValue()).append('"');
        separator = ",";
      }
      return json.append("}}").toString();
    }
  }

  /** Adds a check; the name is lower case letters, digits and dashes, and unique in the node. */
  public void check(String name, Supplier<Status> localCheck) {
    if (!name.toLowerCase(Locale.ROOT).matches("[a-z0-9-]+"))
      throw new IllegalArgumentException("A check is named in letters, digits and dashes: " + name);
    if (checks.putIfAbsent(name, localCheck) != null)
      throw new IllegalArgumentException("The check " + name + " exists already.");
  }

  /** Asks every check now. One that throws is DOWN. */
  public Report report() {
    SortedMap<String, Status> statuses = new TreeMap<>();
    Status worst = Status.UP;
    for (Map.Entry<String, Supplier<Status>> check : checks.entrySet()) {
      Status status = ask(check.getValue());
      statuses.put(check.getKey(), status);
      if (status.compareTo(worst) > 0)
        worst = status;
    }
    return new Report(worst, statuses);
  }

  private static Status ask(Supplier<Status> check) {
    try {
      return check.get();
    } catch (RuntimeException broken) {
      return Status.DOWN;
    }
  }
}

package dev.chorus.streaming;

import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.cluster.Cluster;
import dev.chorus.cluster.Role;
import dev.chorus.model.UserId;
import dev.chorus.streaming.answer.RunningStream;
import dev.chorus.streaming.log.Opening;
import dev.chorus.streaming.log.PerUser;
import dev.chorus.streaming.log.Plan;
import io.vertx.core.AsyncResult;
import java.util.HashSet;
import java.util.Set;

/**
 * Streams whose provider is asked while the log is still asked to open them: so the first token waits for the longer of the two and not for both. Only where nobody could
 * repeat the start, so that nothing is generated twice, and where the log is likely to agree, so that no provider works in vain: an opening that is refused gives up what has
 * been asked for.
 */
final class HeadStarts {
  private final Cluster cluster;
  private final Runs runs;
  private final int maxPerUser;
  private final Set<RunningStream> unopened = new HashSet<>();
  private final PerUser unopenedOf = new PerUser();
  /** The last opening was made. */
  private boolean trusting = true;

  /** @param maxPerUser streams that a user may have running at once, cluster-wide */
  HeadStarts(Cluster cluster, Runs runs, int maxPerUser) {
    this.cluster = cluster;
    this.runs = runs;
    this.maxPerUser = maxPerUser;
  }

  /** Whether the stream may begin before it is opened. Its user must be far from the limit, also if they have as many on each of the other nodes. */
  boolean admits(Plan plan) {
    StartStream start = plan.start();
    if (!trusting || !start.durable() || start.clientId() != null || plan.place() != null)
      return false;
    int here = runs.of(start.user()) + unopenedOf.of(start.user());
    return 2L * here * cluster.ring(Role.STREAMING).nodes().size() < maxPerUser;
  }

  RunningStream begin(RunningStream stream) {
    unopened.add(stream);
    unopenedOf.add(user(stream));
    stream.beginUnopened();
    return stream;
  }

  /** An opening has had its answer. */
  void answered(AsyncResult<Opening> opening) {
    trusting = opening.succeeded() && opening.result() instanceof Opening.Opened;
  }

  /** The log knows it, with its records in that slot. */
  void opened(RunningStream stream, int slot) {
    forget(stream);
    runs.open(stream);
    stream.opened(slot);
  }

  /** Unless it was opened the log does not have it, or not as ours: whatever it has said is gone. */
  void over(RunningStream stream) {
    if (forget(stream))
      stream.discard();
  }

  private boolean forget(RunningStream stream) {
    boolean known = unopened.remove(stream);
    if (known)
      unopenedOf.remove(user(stream));
    return known;
  }

  private static UserId user(RunningStream stream) {
    return stream.opened().start().user();
  }
}

package dev.chorus.streaming;

import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.cluster.Cluster;
import dev.chorus.cluster.Role;
import dev.chorus.model.UserId;
import dev.chorus.streaming.answer.RunningStream;
import dev.chorus.streaming.log.Opening;
import dev.chorus.streaming.log.Plan;
import io.vertx.core.AsyncResult;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

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
    if (!trusting || start.clientId() != null || plan.place() != null)
      return false;
    Predicate<RunningStream> theirs = stream -> stream.opened().start().user().equals(start.user());
    long here = runs.all().stream().filter(theirs).count() + unopened.stream().filter(theirs).count();
    return 2 * here * cluster.ring(Role.STREAMING).nodes().size() < maxPerUser;
  }

  RunningStream begin(RunningStream stream) {
    unopened.add(stream);
    stream.beginUnopened();
    return stream;
  }

  /** An opening has had its answer. */
  void answered(AsyncResult<Opening> opening) {
    trusting = opening.succeeded() && opening.result() instanceof Opening.Opened;
  }

  /** The log knows it, with its records in that slot. */
  void opened(RunningStream stream, int slot) {
    unopened.remove(stream);
    runs.open(stream);
    stream.opened(slot);
  }

  /** Unless it was opened the log does not have it, or not as ours: whatever it has said is gone. */
  void over(RunningStream stream) {
    if (unopened.remove(stream))
      stream.discard();
  }
}

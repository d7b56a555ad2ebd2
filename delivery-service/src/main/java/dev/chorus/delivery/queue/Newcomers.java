package dev.chorus.delivery.queue;

import dev.chorus.model.UserId;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sweeps the queues of those who have just connected, so that their senders hear soon of what was dropped; one after the other and gently, since many may come at once. Who finds
 * no place here is swept by {@link Housekeeping}. On the service's context.
 */
public final class Newcomers {
  private static final Logger LOG = LoggerFactory.getLogger(Newcomers.class);
  private static final int MOST = 10_000;
  private final Sweep sweep;
  private final Pace pace;
  private final Set<UserId> waiting = new LinkedHashSet<>();
  private boolean underWay;

  public Newcomers(Sweep sweep, Pace pace) {
    this.sweep = sweep;
    this.pace = pace;
  }

  public void came(Collection<UserId> users) {
    for (UserId user : users) {
      if (waiting.size() < MOST)
        waiting.add(user);
    }
    if (!underWay)
      next();
  }

  private void next() {
    Iterator<UserId> first = waiting.iterator();
    underWay = first.hasNext();
    if (!underWay)
      return;
    UserId user = first.next();
    first.remove();
    sweep.user(user, pace).onComplete(done -> {
      if (done.failed())
        LOG.atDebug().addKeyValue("user", user.value()).setCause(done.cause()).log("The queue of a newcomer was not swept.");
      next();
    });
  }
}

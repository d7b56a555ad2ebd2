package dev.chorus.streaming;

import dev.chorus.model.StreamId;
import dev.chorus.streaming.answer.RunningStream;
import dev.chorus.streaming.log.Ownership;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes down which running streams are paused, so that another owner finds them so. Of one stream one write is under way at a time, and each writes what holds when it begins:
 * whatever order they are asked for in, and whichever of them fails, after the last the log says what is.
 */
final class Pausings {
  private final Ownership ownership;
  private final Owner owner;
  private final Map<StreamId, Future<Void>> underWay = new HashMap<>();

  Pausings(Ownership ownership, Owner owner) {
    this.ownership = ownership;
    this.owner = owner;
  }

  /** Done when the log says how the stream stands; of one that has ended it says that already. */
  Future<Void> note(RunningStream stream) {
    StreamId id = stream.id();
    Future<Void> before = underWay.getOrDefault(id, Future.succeededFuture());
    Future<Void> mine = before.transform(done -> ownership.pausing(id, owner.incarnation(), stream.status().equals("PAUSED")));
    underWay.put(id, mine);
    return mine.onComplete(done -> underWay.remove(id, mine));
  }
}

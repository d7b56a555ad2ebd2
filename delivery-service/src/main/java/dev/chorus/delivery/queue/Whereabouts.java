package dev.chorus.delivery.queue;

import dev.chorus.bus.QueueMessage.Place;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;

/** Knows who is connected where. */
@FunctionalInterface
public interface Whereabouts {
  /** Those of the places at which the user is connected, or may be: a failure to find out counts as connected. */
  Future<Set<Place>> connected(List<Place> places);
}

package dev.chorus.delivery.queue;

import dev.chorus.bus.DeliveryClient;
import dev.chorus.bus.QueueMessage.ConnectedPlaces;
import dev.chorus.bus.QueueMessage.Place;
import dev.chorus.bus.QueueMessage.WhoIsConnected;
import dev.chorus.cluster.Cluster;
import dev.chorus.cluster.Role;
import dev.chorus.model.NodeId;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Asks the owners of the rooms. */
public final class OwnersWhereabouts implements Whereabouts {
  private final Cluster cluster;
  private final DeliveryClient delivery;

  public OwnersWhereabouts(Cluster cluster, DeliveryClient delivery) {
    this.cluster = cluster;
    this.delivery = delivery;
  }

  @Override
  public Future<Set<Place>> connected(List<Place> places) {
    Set<Place> connected = new HashSet<>();
    Map<NodeId, List<Place>> byOwner = new HashMap<>();
    for (Place place : places) {
      cluster.ring(Role.DELIVERY).owner(place.room().value()).ifPresentOrElse(
          owner -> byOwner.computeIfAbsent(owner, node -> new ArrayList<>()).add(place), () -> connected.add(place));
    }
    List<Future<ConnectedPlaces>> answers = byOwner.entrySet().stream()
        .map(entry -> delivery.connected(entry.getKey(), new WhoIsConnected(entry.getValue()))
            .otherwise(new ConnectedPlaces(entry.getValue())))
        .toList();
    return Future.all(answers).map(all -> {
      all.<ConnectedPlaces>list().forEach(answer -> connected.addAll(answer.places()));
      return connected;
    });
  }
}

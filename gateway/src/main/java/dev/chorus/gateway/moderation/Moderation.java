package dev.chorus.gateway.moderation;

import dev.chorus.bus.Addresses;
import dev.chorus.bus.Bus;
import dev.chorus.bus.BusMessage;
import dev.chorus.bus.DeliveryClient;
import dev.chorus.bus.DeliveryMessage.RemoveMember;
import dev.chorus.bus.GatewayMessage;
import dev.chorus.bus.GatewayMessage.ConnectionsEnded;
import dev.chorus.bus.GatewayMessage.MemberRemoved;
import dev.chorus.bus.Owners;
import dev.chorus.cluster.Cluster;
import dev.chorus.cluster.Role;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.NodeId;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ends memberships and connections. It is done when every gateway has said that it has heard of it: a hint that may be lost would leave somebody in a room who must not be there.
 * A gateway that dies meanwhile has no connections any more.
 */
public final class Moderation {
  private static final Duration ANSWER = Duration.ofSeconds(1);
  private static final int ATTEMPTS = 5;
  private final Vertx vertx;
  private final Bus bus;
  private final Cluster cluster;
  private final DeliveryClient delivery;

  public Moderation(Vertx vertx, Bus bus, Cluster cluster, DeliveryClient delivery) {
    this.vertx = vertx;
    this.bus = bus;
    this.cluster = cluster;
    this.delivery = delivery;
  }

  /** Ends the membership; the user's connections leave the room. Fails with {@code not_found} when they are no member. */
  public Future<Void> remove(RoomId room, UserId user) {
    return delivery.remove(new RemoveMember(room, user)).compose(gone -> everywhere(new MemberRemoved(room, user)));
  }

  /** The user has ended the membership on one connection: the others leave the room too. A gateway that cannot be told keeps its own until they leave. */
  public Future<Void> left(RoomId room, UserId user) {
    return everywhere(new MemberRemoved(room, user, "left")).otherwiseEmpty();
  }

  /** Ends all connections of the user. */
  public Future<Void> end(UserId user) {
    return everywhere(new ConnectionsEnded(user));
  }

  private Future<Void> everywhere(GatewayMessage message) {
    return Future.join(cluster.ring(Role.GATEWAY).nodes().stream().map(node -> tell(node, message)).toList()).mapEmpty();
  }

  private Future<Void> tell(NodeId gateway, GatewayMessage message) {
    Promise<Void> told = Promise.promise();
    tell(gateway, message, ATTEMPTS, told);
    return told.future();
  }

  private void tell(NodeId gateway, GatewayMessage message, int attempts, Promise<Void> told) {
    bus.request(Addresses.gateway(gateway), message, BusMessage.Done.class, ANSWER).onComplete(answer -> {
      if (answer.succeeded() || !cluster.members().contains(gateway)) {
        told.complete();
      } else if (attempts <= 1) {
        told.fail(Refusal.of(ErrorCode.UNAVAILABLE, "Not every node could be told; do it again."));
      } else {
        vertx.setTimer(Owners.wait(ThreadLocalRandom.current().nextDouble()), timer -> tell(gateway, message, attempts - 1, told));
      }
    });
  }
}

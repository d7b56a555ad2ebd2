package dev.chorus.standalone;

import dev.chorus.cluster.Role;
import dev.chorus.delivery.DeliveryService;
import dev.chorus.gateway.GatewayService;
import dev.chorus.node.Service;
import dev.chorus.presence.PresenceService;
import dev.chorus.streaming.StreamingService;
import java.util.Arrays;
import java.util.List;

/** The four services, new ones for each node. */
final class Services {
  private Services() {}

  /** In the order in which they start: the gateway last, when those that it asks are there. */
  static List<Service> all() {
    return List.of(of(Role.DELIVERY), of(Role.PRESENCE), of(Role.STREAMING), of(Role.GATEWAY));
  }

  static Service of(Role role) {
    return switch (role) {
      case GATEWAY -> new GatewayService();
      case DELIVERY -> new DeliveryService();
      case PRESENCE -> new PresenceService();
      case STREAMING -> new StreamingService();
    };
  }

  /** The class that runs a node of that role as a process of its own. */
  static String mainClass(Role role) {
    return switch (role) {
      case GATEWAY -> dev.chorus.gateway.Main.class.getName();
      case DELIVERY -> dev.chorus.delivery.Main.class.getName();
      case PRESENCE -> dev.chorus.presence.Main.class.getName();
      case STREAMING -> dev.chorus.streaming.Main.class.getName();
    };
  }

  static Role role(String word) {
    return Arrays.stream(Role.values()).filter(role -> role.word().equals(word)).findFirst()
        .orElseThrow(() -> new Complaint("There is no role \"" + word + "\"; it can be gateway, delivery, presence or streaming."));
  }
}

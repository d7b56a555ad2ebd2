package dev.chorus.presence.roster;

import dev.chorus.bus.PresenceMessage.Gone;
import dev.chorus.bus.PresenceMessage.Here;
import dev.chorus.model.NodeId;
import dev.chorus.model.Presence;
import dev.chorus.model.UserId;
import java.util.List;
import java.util.Set;

/** What happens to a room's roster. */
public sealed interface Input {
  /**
   * What a gateway says of its connections. {@code gone} holds before {@code here}: a connection in both is there.
   *
   * @param full {@code here} is all that the gateway has
   * @param shown whom the gateway's clients see by the word of another owner: they count as being here for a while, so that those who are elsewhere can be claimed
   */
  record Announced(NodeId gateway, boolean full, List<Here> here, List<Gone> gone, List<Presence> shown) implements Input {}

  /** The gateway has left the cluster, or the room: what it had is broken. */
  record GatewayLost(NodeId gateway) implements Input {}

  /**
   * All gateways have told everything: whom none of them has claimed is on none of them.
   *
   * @param parted those who said goodbye somewhere; the others may have gone down with a gateway
   */
  record AllTold(Set<UserId> parted) implements Input {}

  /** Time has passed. */
  record Tick() implements Input {}
}

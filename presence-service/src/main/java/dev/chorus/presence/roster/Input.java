package dev.chorus.presence.roster;

import dev.chorus.model.NodeId;
import dev.chorus.model.UserId;
import java.util.List;

/** What happens to a room's roster. */
public sealed interface Input {
  /**
   * What a gateway says of its connections. {@code gone} holds before {@code here}: a connection in both is there.
   *
   * @param full {@code here} is all that the gateway has
   * @param alreadyShown the gateway comes over from another owner, whose clients know these users: nobody is to see them join
   */
  record Announced(NodeId gateway, boolean full, boolean alreadyShown, List<Connection> here, List<Ended> gone) implements Input {}

  /** @param clean the connection left or was closed on purpose: no grace */
  record Ended(String connection, boolean clean) {}

  /** The gateway has left the cluster, or the room: what it had is broken. */
  record GatewayLost(NodeId gateway) implements Input {}

  /**
   * @param connection through which the user types, or null when through none
   * @param agentId an agent that types on the user's behalf, or null
   */
  record Typing(UserId user, String connection, String agentId, boolean on) implements Input {}

  /** Time has passed. */
  record Tick() implements Input {}
}

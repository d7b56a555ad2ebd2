package dev.chorus.presence.roster;

import dev.chorus.model.NodeId;
import dev.chorus.model.UserId;

/**
 * One connection in a room, as its gateway announced it.
 *
 * @param name the user's display name, or null
 * @param device the client's name for the device, e.g. {@code desktop}
 * @param hidden others do not see its user
 */
public record Connection(String id, NodeId gateway, UserId user, String name, String device, boolean hidden) {}

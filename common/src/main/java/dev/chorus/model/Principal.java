package dev.chorus.model;

import java.util.List;

/**
 * Who is calling, as a token or an API key says.
 *
 * @param name the display name, or null
 * @param rooms globs ({@code *} matches any run of characters) of the rooms that the user may join
 * @param admin may read any room's statistics, publish as a server, moderate
 * @param expiresAt milliseconds since the epoch, or 0 if the credential does not end
 */
public record Principal(UserId user, String name, List<String> rooms, boolean admin, long expiresAt) {

  /** Whether the user may join that room. */
  public boolean mayJoin(RoomId room) {
    for (String glob : rooms) {
      if (Glob.matches(glob, room.value()))
        return true;
    }
    return false;
  }
}

package dev.chorus.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.util.List;

/**
 * A user as others in a room see them (docs/protocol.md, section 5).
 *
 * @param name the display name, or null
 * @param status ONLINE, AWAY, BUSY or OFFLINE: the best of all devices
 * @param activity what the user does, or null
 * @param lastSeen milliseconds since the epoch, or null where it is not shown
 * @param metadata JSON text of an object, or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Presence(UserId user, String name, Status status, String activity, List<String> devices, Long lastSeen,
    @JsonSerialize(using = JsonText.Writer.class) @JsonDeserialize(using = JsonText.Reader.class) String metadata) {

  /** Without metadata. */
  public Presence(UserId user, String name, Status status, String activity, List<String> devices, Long lastSeen) {
    this(user, name, status, activity, devices, lastSeen, null);
  }

  /** From best to worst: with several devices the best one counts. */
  public enum Status {
    BUSY, ONLINE, AWAY, OFFLINE
  }
}

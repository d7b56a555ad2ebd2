package dev.chorus.protocol;

import java.util.Set;

/** The types to which docs/protocol.md gives a meaning: nobody else may say them in the server's name. */
public final class Vocabulary {
  private static final Set<String> TYPES = Set.of("ack", "error", "problem", "welcome", "close", "auth", "auth:expiring", "heartbeat",
      "rooms:list",
      "room:join", "room:leave", "room:left", "room:synced", "room:skipped", "history", "message:send", "message:edit", "message:delete",
      "message:new", "message:update", "message:read", "message:read-by-all", "message:status", "receipt", "receipts:set", "delivery:ack",
      "delivery:status", "delivery:retry", "delivery:cancel", "delivery:stats", "queue:drain", "queue:empty", "presence:update",
      "presence:list", "presence:count", "user:join", "user:leave", "typing:start", "typing:stop", "cursor:move", "cursor:update",
      "activity:update", "stream:start", "stream:attach", "stream:detach", "stream:pause", "stream:resume", "stream:cancel",
      "stream:cancel-all", "stream:list", "stream:metrics", "stream:multiplex", "stream:group-end", "stream:open", "stream:chunk",
      "stream:notice", "stream:end", "progress:subscribe", "agent:progress", "agent:complete", "agent:error", "quality:update");

  private Vocabulary() {}

  /** Whether the protocol itself says that type. */
  public static boolean has(String type) {
    return TYPES.contains(type);
  }
}

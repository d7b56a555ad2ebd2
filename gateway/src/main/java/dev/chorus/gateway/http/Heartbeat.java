package dev.chorus.gateway.http;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;

/**
 * What a streaming answer says in silence, so that nobody between takes it for dead.
 *
 * @param everyMs of silence
 */
public record Heartbeat(Buffer line, long everyMs) {

  /** A comment of server-sent events, without an empty line behind it: strict clients take that for an empty event. */
  public static Heartbeat comment(Duration every) {
    return new Heartbeat(Buffer.buffer(": hb\n"), every.toMillis());
  }
}

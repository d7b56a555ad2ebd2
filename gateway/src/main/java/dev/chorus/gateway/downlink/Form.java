package dev.chorus.gateway.downlink;

import dev.chorus.gateway.http.Heartbeat;
import io.vertx.core.buffer.Buffer;

/** How envelopes are written into the answer. */
enum Form {
  /** Server-sent events. An error is called {@code problem}: browsers have an event {@code error} of their own. */
  SSE("text/event-stream", ": hb\n") {
    @Override
    void append(Buffer out, String type, byte[] envelope, String cursor) {
      if (cursor != null)
        out.appendString("id: ").appendString(cursor).appendString("\n");
      out.appendString("event: ").appendString(type.equals("error") ? "problem" : type).appendString("\ndata: ").appendBytes(envelope)
          .appendString("\n\n");
    }

    @Override
    void retry(Buffer out, long ms) {
      out.appendString("retry: ").appendString(Long.toString(ms)).appendString("\n");
    }
  },
  /** An envelope per line, with {@code cursor} where an event would have an id. */
  NDJSON("application/x-ndjson", "{\"type\":\"heartbeat\",\"data\":{}}\n") {
    @Override
    void append(Buffer out, String type, byte[] envelope, String cursor) {
      if (cursor == null)
        out.appendBytes(envelope).appendString("\n");
      else
        out.appendBytes(envelope, 0, envelope.length - 1).appendString(",\"cursor\":\"").appendString(cursor).appendString("\"}\n");
    }

    @Override
    void retry(Buffer out, long ms) {}
  };

  private static final long SILENCE_MS = 15_000;
  final String contentType;
  private final String heartbeat;

  Form(String contentType, String heartbeat) {
    this.contentType = contentType;
    this.heartbeat = heartbeat;
  }

  /** What is written in silence. */
  Heartbeat heartbeat() {
    return new Heartbeat(Buffer.buffer(heartbeat), SILENCE_MS);
  }

  /** That which an {@code Accept} header asks for. */
  static Form accepted(String accept) {
    return accept != null && accept.contains(NDJSON.contentType) ? NDJSON : SSE;
  }

  /** @param cursor where the client is once it has this, or null where that is no other place than before */
  abstract void append(Buffer out, String type, byte[] envelope, String cursor);

  /** How long a browser is to wait before it connects again. */
  abstract void retry(Buffer out, long ms);
}

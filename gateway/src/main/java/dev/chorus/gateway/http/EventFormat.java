package dev.chorus.gateway.http;

import dev.chorus.model.Problem;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.EventCodec;
import dev.chorus.protocol.Json;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** How events are written into an HTTP answer. */
public enum EventFormat {
  /** Server-sent events: {@code id:}, {@code event:}, {@code data:}. */
  SSE("text/event-stream") {
    @Override
    public void append(Buffer out, String type, String id, Object data) {
      if (id != null)
        out.appendString("id: ").appendString(id).appendString("\n");
      out.appendString("event: ").appendString(type).appendString("\ndata: ").appendBytes(Json.bytes(data)).appendString("\n\n");
    }
  },
  /** One object per line: {@code {"type","id","data"}}. */
  NDJSON("application/x-ndjson") {
    @Override
    public void append(Buffer out, String type, String id, Object data) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("type", type);
      if (id != null)
        line.put("id", id);
      line.put("data", data);
      out.appendBytes(Json.bytes(line)).appendString("\n");
    }
  };

  private final String contentType;

  EventFormat(String contentType) {
    this.contentType = contentType;
  }

  /** Of the answer. */
  public String contentType() {
    return contentType;
  }

  /** Adds one event. */
  public final void append(Buffer out, String epoch, long seq, Event event) {
    append(out, event.type(), epoch + '-' + seq, event);
  }

  /** Adds an error, which is called {@code problem}: browsers have an event {@code error} of their own. */
  public final void append(Buffer out, Problem problem) {
    append(out, "problem", null, EventCodec.problem(problem));
  }

  /**
   * Adds one event.
   *
   * @param id from where a reader can go on, or null
   */
  public abstract void append(Buffer out, String type, String id, Object data);
}

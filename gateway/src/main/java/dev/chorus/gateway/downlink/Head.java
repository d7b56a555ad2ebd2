package dev.chorus.gateway.downlink;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.chorus.protocol.Json;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What stands before the data of an envelope of ours.
 *
 * @param room or null
 * @param seq or 0
 */
record Head(String type, String room, long seq) {

  /** Reads no further than the data. */
  static Head of(byte[] envelope) {
    String type = null;
    String room = null;
    long seq = 0;
    try (JsonParser in = Json.MAPPER.getFactory().createParser(envelope)) {
      in.nextToken();
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String name = in.currentName();
        if (name.equals("data"))
          break;
        in.nextToken();
        switch (name) {
          case "type" -> type = in.getText();
          case "room" -> room = in.getText();
          case "seq" -> seq = in.getLongValue();
          default -> in.skipChildren();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("no envelope", e);
    }
    return new Head(type, room, seq);
  }

  /** It has a place in its room's log. */
  boolean isEntry() {
    return room != null && seq > 0;
  }
}

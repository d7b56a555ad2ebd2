package dev.chorus.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;

/**
 * Where a user's cursor is, in whatever coordinates the clients of a room agree on. Components' names are the wire's; null means absent.
 *
 * @param elementId what the coordinates are relative to, or null
 * @param selection what is selected, or null
 * @param color as the client wishes it, or null: the server gives one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CursorPosition(@JsonSerialize(using = PlainNumber.class) double x, @JsonSerialize(using = PlainNumber.class) double y,
    String elementId, Selection selection, String color) {

  /** @param text what is selected, or null where the client does not say */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Selection(long start, long end, String text) {}
}

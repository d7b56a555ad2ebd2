package dev.chorus.streaming.provider;
import dev.chorus.protocol.ToolDelta;

/** A piece of an answer, without its number. */
public sealed interface Piece {
  record Content(String text) implements Piece {}

  record Reasoning(String text) implements Piece {}

  record Tool(ToolDelta delta) implements Piece {}
}

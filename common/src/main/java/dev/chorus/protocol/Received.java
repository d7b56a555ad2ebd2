package dev.chorus.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.model.Problem;

/** One envelope of a client, decoded: a frame, or why it is none. {@code id} is what the answer repeats, or null when no answer is wanted. */
public sealed interface Received {
  JsonNode id();

  record Frame(JsonNode id, ClientFrame frame) implements Received {}

  /** @param malformed the envelope itself could not be read; ten such in a row end the connection */
  record Invalid(JsonNode id, Problem problem, boolean malformed) implements Received {}
}

package dev.chorus.streaming.log;

import dev.chorus.model.StreamId;

/** What became of the wish to open a stream. */
public sealed interface Opening {
  /** @param slot of the log, that its records go to */
  record Opened(int slot) implements Opening {}

  /** The same user started that one with the same clientId. */
  record Existing(StreamId stream, String epoch) implements Opening {}

  /** The clientId stands for another request. */
  record Conflict() implements Opening {}

  /** The id belongs to another stream. */
  record Taken() implements Opening {}

  /** The user has too many running. */
  record TooMany() implements Opening {}

  /** This owner has been declared dead. */
  record Fenced() implements Opening {}
}

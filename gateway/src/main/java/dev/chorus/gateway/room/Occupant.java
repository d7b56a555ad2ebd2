package dev.chorus.gateway.room;

import dev.chorus.gateway.socket.Transport;
import dev.chorus.gateway.stream.StreamReader;
import dev.chorus.model.Principal;
import dev.chorus.model.StreamId;
import java.util.Optional;

/** A connection as its rooms see it. */
public interface Occupant {
  String connection();

  Principal principal();

  /** The client's name for its device. */
  String device();

  /** What the client has said for all of its rooms. */
  Appearance appearance();

  /** The client has not done anything for a while. */
  boolean isIdle();

  Transport socket();

  /** A reader for a stream of one of its rooms; empty when the client follows it already, by its own wish and from where it said. */
  Optional<StreamReader> streamReader(StreamId stream);
}

package dev.chorus.gateway.connection;

import dev.chorus.gateway.room.Joining;
import dev.chorus.model.NodeId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.ClientFrame;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Predicate;

/** A connection whose client hears by an HTTP answer and speaks by HTTP requests, which may come to any gateway: its id says which one holds it. */
public final class Downlink {
  private final Desk desk;
  private final Commands commands;
  private final Connection connection;

  Downlink(Desk desk, Commands commands, Connection connection) {
    this.desk = desk;
    this.commands = commands;
    this.connection = connection;
  }

  static String id(NodeId gateway, String word) {
    return word + "." + gateway.value();
  }

  /** The gateway that holds the connection of that id; empty when it is none of a downlink. */
  public static Optional<NodeId> gateway(String id) {
    int dot = id.indexOf('.');
    return dot <= 0 || dot == id.length() - 1 ? Optional.empty() : Optional.of(new NodeId(id.substring(dot + 1)));
  }

  public UserId user() {
    return connection.principal().user();
  }

  /**
   * Joins a room; nothing of it is sent before {@link Joining.Joined#begin}.
   *
   * @param sameLog whether the room's epoch is that of the log in which the client was
   */
  public Future<Joining.Joined> join(ClientFrame.Join frame, Predicate<String> sameLog) {
    return commands.enter(connection, frame, sameLog);
  }

  /** Answers to what it asked before wait for it to take them: it is to do so before it asks on. */
  public boolean isOverdue() {
    return connection.socket().unsent() > 2L * desk.config().sockets().sendBufferBytes();
  }

  /** What the client says. */
  public Uplink uplink() {
    return Uplink.of(desk, connection);
  }
}

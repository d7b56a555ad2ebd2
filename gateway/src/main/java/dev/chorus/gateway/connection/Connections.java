package dev.chorus.gateway.connection;

import dev.chorus.bus.GatewayMessage.MemberRemoved;
import dev.chorus.bus.GatewayMessage.Replaced;
import dev.chorus.bus.GatewayMessage.UserFanout;
import dev.chorus.bus.GatewayMessage.UserNotice;
import dev.chorus.gateway.socket.CloseCode;
import dev.chorus.gateway.socket.Socket;
import dev.chorus.gateway.socket.SocketListener;
import dev.chorus.gateway.socket.Transport;
import dev.chorus.gateway.socket.Upgrade;
import dev.chorus.gateway.stream.Streams;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Principal;
import dev.chorus.model.Problem;
import dev.chorus.model.UserId;
import dev.chorus.model.Words;
import dev.chorus.protocol.ClientFrame;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.EventCodec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** All connections of this gateway: lets them in while there is room, and sends them away when the gateway drains. On the event loop only. */
public final class Connections implements Upgrade.Door {
  private static final int ID_LENGTH = 16;
  private static final long FULL_RETRY_MS = 5_000;
  private static final long DRAINING_RETRY_MS = 1_000;
  private final Desk desk;
  private final Consumer<Replaced> tellOthers;
  private final Newcomers newcomers;
  private final Commands commands;
  private final Admission admission;
  private final Set<Connection> all = new HashSet<>();
  private final Map<UserId, List<Connection>> byUser = new HashMap<>();
  private final Map<String, Downlink> downlinks = new HashMap<>();
  private boolean draining;

  /** @param tellOthers tells the other gateways that a connection replaces theirs */
  public Connections(Desk desk, Consumer<Replaced> tellOthers, Newcomers newcomers) {
    this.desk = desk;
    this.tellOthers = tellOthers;
    this.newcomers = newcomers;
    this.commands = new Commands(desk);
    this.admission = new Admission(desk, this);
  }

  @Override
  public Optional<Problem> closed() {
    if (draining)
      return Optional.of(Problem.retryAfter(ErrorCode.UNAVAILABLE, "This node is shutting down; connect again.", DRAINING_RETRY_MS));
    if (all.size() < desk.config().sockets().connections())
      return Optional.empty();
    return Optional.of(Problem.retryAfter(ErrorCode.UNAVAILABLE, "This node has as many connections as it takes.", FULL_RETRY_MS));
  }

  @Override
  public boolean takesNames() {
    return desk.authenticator().takesNames();
  }

  @Override
  public SocketListener enter(Socket socket, String credential) {
    Connection connection = new Connection(desk, this, commands, admission, socket, Words.random(ID_LENGTH));
    all.add(connection);
    socket.listener(connection);
    if (credential != null)
      admission.admit(connection, null, credential, null);
    if (!connection.isClosed() && connection.principal() == null)
      connection.awaitDue();
    return connection;
  }

  /**
   * Takes a connection over HTTP, whose user is known, and welcomes it. Fails with a {@link dev.chorus.model.Refusal} when it cannot be let in.
   *
   * @param device its name, or null
   */
  public Downlink open(Transport transport, Principal user, String device) {
    closed().ifPresent(problem -> {
      throw problem.refusal();
    });
    Connection connection = new Connection(desk, this, commands, admission, transport, Downlink.id(desk.self(), Words.random(ID_LENGTH)));
    all.add(connection);
    transport.listener(connection);
    admission.welcome(connection, null, user, new ClientFrame.Auth("", device, false));
    if (connection.isClosed())
      throw Problem.retryAfter(ErrorCode.RATE_LIMITED, "You have as many connections as a user may have here.", FULL_RETRY_MS).refusal();
    Downlink downlink = new Downlink(desk, commands, connection);
    downlinks.put(connection.connection(), downlink);
    return downlink;
  }

  /** The connection over HTTP of that id, if it is here. */
  public Optional<Downlink> downlink(String connection) {
    return Optional.ofNullable(downlinks.get(connection));
  }

  /** What comes by HTTP for no connection. */
  public Uplink uplink(Principal user) {
    Connection connection = new Connection(desk, this, commands, admission, Nowhere.INSTANCE, Words.random(ID_LENGTH));
    connection.become(user);
    return new Uplink(desk, connection);
  }

  /** Counts it as one of the user's; false when there are too many. */
  boolean admit(Connection connection, UserId user) {
    List<Connection> theirs = byUser.computeIfAbsent(user, u -> new ArrayList<>(1));
    if (theirs.size() >= desk.config().sockets().connectionsPerUser())
      return false;
    if (theirs.isEmpty())
      newcomers.came(user);
    theirs.add(connection);
    return true;
  }

  void closed(Connection connection) {
    all.remove(connection);
    downlinks.remove(connection.connection());
    if (connection.principal() == null)
      return;
    byUser.computeIfPresent(connection.principal().user(), (user, theirs) -> {
      theirs.remove(connection);
      return theirs.isEmpty() ? null : theirs;
    });
  }

  /** Ends the user's other connections of that device, here and at the other gateways. */
  void replace(UserId user, String device, String connection) {
    Replaced replaced = new Replaced(user, device, connection);
    replaced(replaced);
    tellOthers.accept(replaced);
  }

  /** A connection here or elsewhere takes the place of the user's others of that device. */
  public void replaced(Replaced replaced) {
    for (Connection other : List.copyOf(byUser.getOrDefault(replaced.user(), List.of()))) {
      if (other.device().equals(replaced.device()) && !other.connection().equals(replaced.connection()))
        other.socket().close(CloseCode.REPLACED);
    }
  }

  /** For all connections of that user. */
  public void tell(UserFanout fanout) {
    for (UserNotice notice : fanout.notices()) {
      for (Connection connection : byUser.getOrDefault(notice.user(), List.of()))
        connection.socket().send(notice.envelope());
    }
  }

  /** The user is no member of the room any more. */
  public void removed(MemberRemoved removed) {
    desk.joining().removed(removed.room(), removed.user());
    for (Connection connection : byUser.getOrDefault(removed.user(), List.of())) {
      if (connection.reader(removed.room()).isPresent()) {
        connection.exit(removed.room(), true);
        connection.socket().send(EventCodec.event(new Event.RoomLeft(removed.reason()), removed.room(), null));
      }
      connection.views().bar(removed.room(), Streams.NO_MEMBER);
    }
  }

  /** An admin ends all connections of the user. */
  public void ended(UserId user) {
    for (Connection connection : List.copyOf(byUser.getOrDefault(user, List.of())))
      connection.socket().close(CloseCode.REPLACED);
  }

  /** An event of another program's for all connections of the user here. */
  public void published(UserId user, byte[] envelope) {
    List<byte[]> shared = List.of(envelope);
    byUser.getOrDefault(user, List.of()).forEach(connection -> connection.socket().shareEphemeral(shared));
  }

  /** Bytes that clients have not taken yet. */
  public long unsent() {
    return all.stream().mapToLong(connection -> connection.socket().unsent()).sum();
  }

  public int count() {
    return all.size();
  }

  public boolean isDraining() {
    return draining;
  }

  /** Nobody is let in any more. Returns the connections in random order, for {@link Drain}. */
  List<Connection> closeDoor() {
    draining = true;
    List<Connection> leaving = new ArrayList<>(all);
    Collections.shuffle(leaving);
    return leaving;
  }
}

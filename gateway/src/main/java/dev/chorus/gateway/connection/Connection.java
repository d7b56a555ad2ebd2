package dev.chorus.gateway.connection;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.gateway.room.Appearance;
import dev.chorus.gateway.room.Occupant;
import dev.chorus.gateway.room.Reader;
import dev.chorus.gateway.socket.CloseCode;
import dev.chorus.gateway.socket.SocketListener;
import dev.chorus.gateway.socket.Transport;
import dev.chorus.gateway.socket.Wheel;
import dev.chorus.gateway.stream.StreamReader;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Principal;
import dev.chorus.model.Problem;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.protocol.Ack;
import dev.chorus.protocol.ClientFrame;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.EventCodec;
import dev.chorus.protocol.Received;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One client's connection from the upgrade to the end. It judges what comes for form and rate, and has {@link Commands} do the rest; it holds the connection's rooms, streams
 * and turns. On the event loop only.
 */
final class Connection implements SocketListener, Occupant, Wheel.Timed {
  static final String DEFAULT_DEVICE = "desktop";
  private final Desk desk;
  private final Connections connections;
  private final Commands commands;
  private final Admission admission;
  private final Transport socket;
  private final String id;
  private final Lifetime lifetime;
  private final Intake intake;
  private final StreamViews views = new StreamViews();
  private Map<RoomId, Reader> rooms = Map.of();
  private Turns turns;
  private Principal principal;
  private String device = DEFAULT_DEVICE;
  private Appearance appearance = Appearance.NONE;
  /** What came while the credential was being checked; null when nothing waits for that. */
  private Held held;
  private boolean closed;
  /** When the wheel asks what is due. */
  private long dueAt = Long.MAX_VALUE;

  Connection(Desk desk, Connections connections, Commands commands, Admission admission, Transport socket, String id) {
    this.desk = desk;
    this.connections = connections;
    this.commands = commands;
    this.admission = admission;
    this.socket = socket;
    this.id = id;
    long now = desk.clock().millis();
    this.lifetime = new Lifetime(desk.config().sockets(), now);
    this.intake = new Intake(desk, commands);
  }

  @Override
  public void received(byte[] message, int offset, int length) {
    if (held != null) {
      if (!held.add(message, offset, length))
        socket.close(CloseCode.RATE_LIMITED, 1000);
      return;
    }
    received(desk.codec().decode(message, offset, length));
  }

  /** The same by whatever way it came. */
  void received(Received received) {
    if (intake.isHopeless(received) && received instanceof Received.Invalid last) {
      answer(last.id(), last.problem());
      socket.close(CloseCode.PROTOCOL_ERROR);
      return;
    }
    if (principal == null)
      introduce(received);
    else if (intake.admits(this, received))
      handle(received);
  }

  private void handle(Received received) {
    if (Intake.isDoing(received) && lifetime.acted(desk.clock().millis()))
      changed();
    switch (received) {
      case Received.Invalid invalid -> answer(invalid.id(), invalid.problem());
      case Received.Frame frame when frame.frame() instanceof ClientFrame.Auth auth -> admission.renew(this, frame.id(), auth);
      case Received.Frame frame -> commands.perform(this, frame.id(), frame.frame());
    }
  }

  /** Whoever is not known yet says who they are, and nothing else. */
  private void introduce(Received received) {
    switch (received) {
      case Received.Frame frame when frame.frame() instanceof ClientFrame.Auth auth ->
        admission.admit(this, frame.id(), auth.token(), auth);
      case Received.Frame frame -> {
        answer(frame.id(), Problem.of(ErrorCode.UNAUTHORIZED, "The first frame must be 'auth'."));
        socket.close(CloseCode.UNAUTHORIZED);
      }
      case Received.Invalid invalid -> answer(invalid.id(), invalid.problem());
    }
  }

  /** The credential is being checked: what comes waits, and the client is not read from. */
  void checking() {
    held = new Held();
    socket.reading(false);
  }

  /** The credential has been checked, with whatever result: what waited goes on. */
  void checked() {
    Held waiting = held;
    held = null;
    if (waiting == null || closed)
      return;
    socket.reading(true);
    for (byte[] message : waiting.envelopes()) {
      if (!closed)
        received(message, 0, message.length);
    }
  }

  /** From now on it belongs to that user; or to the same one by another credential, which may end earlier. */
  void become(Principal principal) {
    this.principal = principal;
    lifetime.authenticated(principal.expiresAt());
    awaitDue();
  }

  void device(String name) {
    device = name;
  }

  /** What the client has said for all of its rooms from now on. */
  void appear(ClientFrame.PresenceUpdate frame, long at) {
    appearance = appearance.with(frame, at);
  }

  /** Others in its rooms are to see what it says of itself now. */
  void changed() {
    readers().forEach(desk.rooms()::changed);
  }

  void acknowledge(JsonNode frameId, Ack ack) {
    if (frameId != null && !UplinkId.takes(frameId, ack))
      socket.send(EventCodec.ack(frameId, ack));
  }

  void answer(JsonNode frameId, Problem problem) {
    if (!UplinkId.takes(frameId, problem))
      socket.send(EventCodec.error(frameId, problem));
  }

  Optional<Reader> reader(RoomId room) {
    return Optional.ofNullable(rooms.get(room));
  }

  List<Reader> readers() {
    return rooms.isEmpty() ? List.of() : List.copyOf(rooms.values());
  }

  int roomCount() {
    return rooms.size();
  }

  void entered(RoomId room, Reader reader) {
    if (rooms.isEmpty())
      rooms = new HashMap<>(2);
    rooms.put(room, reader);
    lifetime.inRoom(true, desk.clock().millis());
  }

  /** It is in that room no more, with the streams that it saw there. */
  void exit(RoomId room, boolean clean) {
    if (rooms.isEmpty())
      return;
    Reader reader = rooms.remove(room);
    if (reader == null)
      return;
    views.leave(room);
    desk.rooms().leave(reader, clean);
    if (rooms.isEmpty())
      lifetime.inRoom(false, desk.clock().millis());
  }

  Turns turns() {
    if (turns == null)
      turns = new Turns();
    return turns;
  }

  TypingState typing() {
    return intake.typing();
  }

  StreamViews views() {
    return views;
  }

  ProjectViews projects() {
    return views.projects(this, desk);
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public void heard() {
    lifetime.heard(desk.clock().millis());
  }

  @Override
  public void drained() {
    readers().forEach(Reader::drained);
    views.drained();
  }

  @Override
  public void closed(boolean clean) {
    closed = true;
    held = null;
    for (Reader reader : readers())
      desk.rooms().leave(reader, clean);
    rooms = Map.of();
    views.endingWithUs().forEach(desk.streams()::starterGone);
    views.closed();
    connections.closed(this);
  }

  @Override
  public long due(long now) {
    // Asked for another time meanwhile: this one is forgotten.
    if (closed || now / 1000 < dueAt / 1000)
      return -1;
    switch (lifetime.due(now, socket.isFull() ? socket.unsent() : 0)) {
      case PING -> socket.ping();
      case AWAY -> changed();
      case WARN -> socket.send(EventCodec.event(new Event.AuthExpiring(lifetime.expiresAt())));
      case NO_AUTH, EXPIRED -> socket.close(CloseCode.UNAUTHORIZED);
      case SILENT, IDLE -> socket.close(CloseCode.HEARTBEAT_TIMEOUT);
      case STALLED -> socket.close(CloseCode.SLOW_CONSUMER);
      case NOTHING -> {
      }
    }
    dueAt = Math.max(lifetime.next(now), now + 1000);
    return closed ? -1 : dueAt;
  }

  /** Has the wheel ask when something is due, if that is before it asks anyhow. */
  void awaitDue() {
    long next = lifetime.next(desk.clock().millis());
    if (next >= dueAt)
      return;
    dueAt = next;
    desk.wheel().add(this, next);
  }

  @Override
  public String connection() {
    return id;
  }

  @Override
  public Principal principal() {
    return principal;
  }

  @Override
  public String device() {
    return device;
  }

  @Override
  public Appearance appearance() {
    return appearance;
  }

  @Override
  public boolean isIdle() {
    return lifetime.isIdle();
  }

  @Override
  public Transport socket() {
    return socket;
  }

  @Override
  public Optional<StreamReader> streamReader(StreamId stream) {
    return views.find(stream).isPresent() ? Optional.empty() : Optional.of(new StreamView(this));
  }
}

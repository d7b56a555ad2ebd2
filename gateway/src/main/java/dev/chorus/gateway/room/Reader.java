package dev.chorus.gateway.room;

import dev.chorus.bus.DeliveryMessage.LogPage;
import dev.chorus.bus.GatewayMessage.RoomEphemeral;
import dev.chorus.bus.PresenceMessage.ActivityChange;
import dev.chorus.bus.PresenceMessage.Here;
import dev.chorus.gateway.catchup.CatchUp;
import dev.chorus.gateway.catchup.Step;
import dev.chorus.gateway.socket.CloseCode;
import dev.chorus.gateway.socket.Transport;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.ClientFrame;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.EventCodec;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One connection in one room, at its own position of the log. A slow one is held back here and goes on from the log when it has drained; the others do not notice.
 */
public final class Reader {
  private static final long CURSOR_MS = 100;
  final Room room;
  final Occupant occupant;
  private final RoomLog log;
  /** The client acknowledges what it gets. */
  boolean acks;
  /** What was said for this room alone. */
  private Appearance appearance = Appearance.NONE;
  private long cursorAt;
  /** The last that came, or null. */
  private ClientFrame.CursorMove cursor;
  /** What the client last said that its user does here, or null. */
  private ClientFrame.ActivityUpdate activity;
  /** What it has not been shown since it became slow, or null. */
  private Missed missed;
  /** Where it stands in the room's list, so that leaving a big room is cheap. */
  int index = -1;
  /** Null until the join has been answered: it hears nothing before. */
  private CatchUp<byte[]> catchUp;
  private boolean saysSynced;
  /** What is left out before the marker, or null. */
  private RoomDrain drain;
  /** The size of the last entry that was read. */
  private int entryBytes;

  Reader(Room room, Occupant occupant, RoomLog log) {
    this.room = room;
    this.occupant = occupant;
    this.log = log;
  }

  /**
   * The join has been answered: what is above {@code after} follows.
   *
   * @param saysSynced whether {@code room:synced} marks where it has caught up
   * @param first what was read above {@code after} already, or null
   */
  void begin(long after, long head, boolean saysSynced, LogPage first) {
    endDrain();
    this.saysSynced = saysSynced;
    catchUp = new CatchUp<>(after);
    List<Step<byte[]>> steps = catchUp.start(Math.max(head, room.position()));
    if (first != null && steps.getFirst() instanceof Step.Read<byte[]>)
      page(catchUp, first, after);
    else
      perform(catchUp, steps);
  }

  /** What waits above {@code after} follows, and the marker; then it is live. */
  void drain(long after, long head, RoomDrain waiting) {
    endDrain();
    saysSynced = true;
    drain = waiting;
    catchUp = new CatchUp<>(after);
    perform(catchUp, catchUp.start(Math.max(head, room.position())));
  }

  /** It does something else now, or is gone: nobody waits for what was being drained. */
  void endDrain() {
    RoomDrain ended = drain;
    drain = null;
    if (ended != null)
      ended.end();
  }

  /** Whether it hears what happens in the room. */
  boolean hasBegun() {
    return catchUp != null;
  }

  /**
   * New entries, the very same list for all readers of the room.
   *
   * @param alone nobody else reads the room here: they leave in one frame with what other rooms have for this client
   */
  void live(long prev, List<byte[]> entries, boolean alone) {
    if (catchUp == null)
      return;
    if (socket().isFull())
      catchUp.blocked();
    if (!catchUp.advance(prev, entries.size()))
      perform(catchUp, catchUp.live(prev, entries));
    else if (alone)
      socket().send(entries);
    else
      socket().share(entries);
  }

  /** The client can take more. */
  public void drained() {
    if (catchUp != null && catchUp.isBlocked())
      perform(catchUp, catchUp.drained());
  }

  /** What is addressed to all in the room and has no place in the log; a slow client goes without. */
  void notice(List<byte[]> envelopes) {
    if (catchUp != null && !socket().isFull())
      socket().share(envelopes);
  }

  public RoomId roomId() {
    return room.id;
  }

  /** For this room alone; {@link Rooms#changed} tells others of it. */
  public void appear(ClientFrame.PresenceUpdate frame, long at) {
    appearance = appearance.with(frame, at);
  }

  /** The client says what its user does here. */
  public void does(ClientFrame.ActivityUpdate frame) {
    activity = frame;
  }

  /** What is to be told of it to an owner that does not know it. */
  Optional<ActivityChange> activity() {
    return Optional.ofNullable(activity)
        .map(said -> new ActivityChange(room.id, user(), occupant.connection(), said.activity(), said.details()));
  }

  /** @param at when it was said, or 0 where it was not */
  void hidden(boolean hidden, long at) {
    appearance = appearance.hidden(hidden, at);
  }

  /** A cursor moves here. Whether that is to be counted: it is not within 100 ms of one that was. */
  public boolean cursorCounts(ClientFrame.CursorMove frame, long now) {
    cursor = frame;
    if (now - cursorAt < CURSOR_MS)
      return false;
    cursorAt = now;
    return true;
  }

  /** Whether the cursor has moved on while that frame waited for its turn. */
  public boolean hasMovedOn(ClientFrame.CursorMove frame) {
    return cursor != null && !cursor.equals(frame);
  }

  Here here() {
    Appearance now = appearance.latest(occupant.appearance());
    return new Here(occupant.connection(), occupant.principal().user(), occupant.principal().name(), occupant.device(), now.hidden(),
        now.hiddenAt(), now.shown(occupant.isIdle()), now.metadata(), now.metadataAt());
  }

  /** Shows an ephemeral event; while the client is slow it is merged with what comes after it. */
  void show(RoomEphemeral event, List<byte[]> frames) {
    if (missed == null && !socket().isBehind()) {
      socket().share(frames);
      return;
    }
    if (missed == null) {
      missed = new Missed(room.id);
      socket().afterSent(this::showMissed);
    }
    if (missed.isTooMuch())
      return;
    missed.add(event, occupant.principal().user());
    // Not at once: whoever shows this is on the way through the room's readers.
    if (missed.isTooMuch())
      room.tick.atEnd(() -> socket().close(CloseCode.SLOW_CONSUMER));
  }

  private void showMissed() {
    if (missed == null || index < 0)
      return;
    if (socket().isBehind()) {
      socket().afterSent(this::showMissed);
      return;
    }
    List<RoomEphemeral> merged = missed.events();
    missed = null;
    merged.forEach(event -> socket().share(List.of(EphemeralFrames.envelope(event))));
  }

  UserId user() {
    return occupant.principal().user();
  }

  Transport socket() {
    return occupant.socket();
  }

  private void perform(CatchUp<byte[]> current, List<Step<byte[]>> steps) {
    for (Step<byte[]> step : steps) {
      switch (step) {
        case Step.Deliver<byte[]> deliver when drain != null -> drain.pieces(deliver).forEach(this::give);
        case Step.Deliver<byte[]> deliver -> socket().share(deliver.entries());
        case Step.Marker<byte[]> marker -> synced(marker.position());
        case Step.Read<byte[]> read -> read(current, read);
      }
    }
  }

  private void give(RoomDrain.Piece piece) {
    switch (piece) {
      case RoomDrain.Piece.Entries run -> socket().share(run.entries());
      case RoomDrain.Piece.Hole hole -> socket().send(EventCodec.event(new Event.RoomSkipped(hole.from(), hole.to()), room.id, null));
    }
  }

  private void synced(long position) {
    if (saysSynced)
      socket().send(EventCodec.event(new Event.RoomSynced(position), room.id, null));
    endDrain();
  }

  private void read(CatchUp<byte[]> current, Step.Read<byte[]> read) {
    if (socket().isFull()) {
      current.blocked();
      return;
    }
    Supplier<Future<LogPage>> ask = drain == null
        ? () -> log.read(room.id, read.after(), limit())
        : () -> log.waiting(room.id, user(), read.after(), limit());
    log.read(ask, read.later(), page -> page(current, page, read.after()), () -> {
      if (current == catchUp)
        perform(current, current.failed(read.after()));
    });
  }

  /** Takes of a page what fits in what the client may have unsent, at least one entry; the rest is read again when that has left. */
  private void page(CatchUp<byte[]> current, LogPage page, long after) {
    if (current != catchUp || socket().isClosing())
      return;
    List<byte[]> fitting = fitting(page.entries());
    List<Step<byte[]>> steps = current.page(after, fitting, page.head());
    if (fitting.size() == page.entries().size()) {
      perform(current, steps);
      return;
    }
    current.blocked();
    perform(current, steps.stream().filter(step -> !(step instanceof Step.Read)).toList());
    socket().afterSent(this::drained);
  }

  /** As many as are likely to fit, so that little is read in vain. */
  private int limit() {
    return Math.clamp(socket().room() / Math.max(1, entryBytes), 1, RoomLog.PAGE);
  }

  private List<byte[]> fitting(List<byte[]> entries) {
    long room = socket().room();
    int count = 0;
    for (byte[] entry : entries) {
      if (entry == null) {
        count++;
        continue;
      }
      room -= entry.length;
      entryBytes = entry.length;
      if (room < 0 && count > 0)
        return entries.subList(0, count);
      count++;
    }
    return entries;
  }
}

package dev.chorus.gateway.stream;

import dev.chorus.bus.GatewayMessage.StreamDigest;
import dev.chorus.bus.GatewayMessage.StreamFanout;
import dev.chorus.bus.GatewayMessage.StreamRecords;
import dev.chorus.bus.StreamingClient;
import dev.chorus.bus.StreamingMessage.Control;
import dev.chorus.bus.StreamingMessage.ControlStream;
import dev.chorus.bus.StreamingMessage.DescribeStream;
import dev.chorus.bus.StreamingMessage.DescribedStream;
import dev.chorus.bus.StreamingMessage.ReadStream;
import dev.chorus.bus.StreamingMessage.ReaderGone;
import dev.chorus.bus.StreamingMessage.StartGroup;
import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.bus.StreamingMessage.StartedGroup;
import dev.chorus.bus.StreamingMessage.StartedStream;
import dev.chorus.bus.StreamingMessage.StreamPage;
import dev.chorus.gateway.stream.Arrivals.Arrival;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.NodeId;
import dev.chorus.model.Principal;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Ack;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;

/**
 * The streams of this gateway, for its sockets and its HTTP answers alike. Starting and attaching are answered first; the reader hears nothing before the handlers of the
 * returned future have run. On the gateway's context only.
 */
public final class Streams {
  static final int PAGE = 256;
  /** Above every number: what is read there is only how the stream stands. */
  private static final long BEYOND = 1L << 53;
  /** Of who was one and read a stream of the room. */
  public static final Problem NO_MEMBER = Problem.of(ErrorCode.NOT_MEMBER, "You are no member of this stream's room any more.");
  private static final int END_LOOKS = 20;
  private static final long END_LOOK_MS = 50;
  private final StreamingClient streaming;
  private final StreamAccess access;
  private final NodeId self;
  private final Feeds feeds;
  private final Arrivals arrivals = new Arrivals();

  public Streams(StreamingClient streaming, StreamAccess access, NodeId self, Feeds feeds) {
    this.streaming = streaming;
    this.access = access;
    this.self = self;
    this.feeds = feeds;
  }

  /**
   * Starts a stream, or finds the one that the same user started with the same clientId.
   *
   * @param joined the caller is joined to the stream's room, so that nobody needs to ask whether they are a member
   * @param reader follows it from {@code stream:open} on; null for a stream of a room, which shows it to everyone who is joined to it
   */
  public Future<StartedStream> start(StartStream request, Principal caller, boolean joined, StreamReader reader) {
    Arrival arrival = arrivals.begin(request.room(), member(request.room(), caller));
    return (joined ? Future.<Void>succeededFuture() : access.start(caller, request.room())).onComplete(judged -> arrivals.end(arrival))
        .compose(allowed -> arrival.isBarred()
            ? Future.failedFuture(NO_MEMBER.refusal())
            : started(request, caller, arrival.member(), reader));
  }

  private Future<StartedStream> started(StartStream request, Principal caller, UserId viewer, StreamReader reader) {
    Feed feed = starting(request, viewer, reader);
    Promise<StartedStream> promise = Promise.promise();
    streaming.start(request).onComplete(result -> {
      if (result.failed()) {
        feeds.abandon(feed);
        promise.fail(result.cause());
      } else if (result.result().existing()) {
        feeds.abandon(feed);
        promise.complete(result.result());
        if (reader != null)
          feeds.nextTurn(() -> follow(result.result().streamId(), caller, reader, !request.continueOnDisconnect()));
      } else {
        promise.complete(result.result());
        feeds.nextTurn(() -> feeds.started(feed));
      }
    });
    return promise.future();
  }

  /**
   * Starts several streams as one group: all or none.
   *
   * @param joined as for one stream
   * @param readers one for each agent, in their order; none for a group of a room
   */
  public Future<StartedGroup> startGroup(StartGroup request, Principal caller, boolean joined, List<? extends StreamReader> readers) {
    RoomId room = request.agents().getFirst().room();
    return (joined ? Future.<Void>succeededFuture() : access.start(caller, room)).compose(allowed -> {
      List<Feed> starting = new ArrayList<>(request.agents().size());
      for (StartStream agent : request.agents())
        starting.add(starting(agent, null, readers.isEmpty() ? null : readers.get(starting.size())));
      return streaming.startGroup(request).onSuccess(started -> feeds.nextTurn(() -> starting.forEach(feeds::started)))
          .onFailure(failure -> starting.forEach(feeds::abandon));
    });
  }

  private Feed starting(StartStream request, UserId viewer, StreamReader reader) {
    Feed feed = feeds.starting(request.stream(), request.room());
    if (!request.continueOnDisconnect())
      feed.cancelWhenGone();
    Attachment attachment = reader == null ? null : feed.attach(reader, -1, viewer);
    if (attachment != null)
      attachment.begin(0, null);
    return feed;
  }

  private Arrival arriving(StreamId stream, Principal caller) {
    RoomId room = stream.room().orElse(null);
    return arrivals.begin(room, member(room, caller));
  }

  /** Who reads a stream of that room as its member; null for an admin, and where there is no room. */
  private static UserId member(RoomId room, Principal caller) {
    return room == null || caller.admin() ? null : caller.user();
  }

  /** The reader of a repeated start follows what the first one started. */
  private void follow(StreamId stream, Principal caller, StreamReader reader, boolean cancelWhenGone) {
    Arrival arrival = arriving(stream, caller);
    read(stream, 0).onSuccess(page -> begin(page, reader, -1, cancelWhenGone, arrival)).onFailure(failure -> {
      arrivals.end(arrival);
      reader.lost(Refusal.problemOf(failure));
    });
  }

  /**
   * Lets a reader follow a stream from their position on: what the log has, then what comes live.
   *
   * @param after the last number that the reader has; null: from {@code stream:open} on
   * @param epoch the one that {@code after} belongs to, or null
   * @param joined the caller is joined to the stream's room
   * @param cancelWhenGone the stream runs only for its readers
   * @return fails with {@code bad_request} when {@code after} is above the head
   */
  public Future<Attached> attach(StreamId stream, Long after, String epoch, Principal caller, boolean joined, boolean cancelWhenGone,
      StreamReader reader) {
    long position = after == null ? 0 : after;
    Arrival arrival = arriving(stream, caller);
    return read(stream, position).compose(page -> {
      boolean member = joined && page.room() != null;
      return (member ? Future.<Void>succeededFuture() : access.see(caller, page.starter(), page.room())).compose(seen -> {
        boolean recovered = epoch == null || epoch.equals(page.epoch());
        if (recovered && position > page.head()) {
          return Future.failedFuture(above(position, page.head()).refusal());
        }
        boolean complete = recovered && after != null && position == page.head() && !isRunning(page.status());
        // The caller's handlers run when this returns, and answer before the first record: hence the next turn.
        if (complete)
          arrivals.end(arrival);
        else
          feeds.nextTurn(() -> begin(page, reader, !recovered || after == null ? -1 : after, cancelWhenGone, arrival));
        return Future.succeededFuture(new Attached(new Ack.StreamAttached(page.epoch(), page.head(), page.status(), recovered), complete));
      });
    }).onFailure(refused -> arrivals.end(arrival));
  }

  /**
   * The answer to an attach.
   *
   * @param complete the reader has everything and the stream has ended: nothing will come
   */
  public record Attached(Ack.StreamAttached ack, boolean complete) {}

  private void begin(StreamPage page, StreamReader reader, long after, boolean cancelWhenGone, Arrival arrival) {
    arrivals.end(arrival);
    if (arrival.isBarred()) {
      reader.lost(NO_MEMBER);
      return;
    }
    Feed feed = feeds.following(page, isRunning(page.status()));
    if (cancelWhenGone)
      feed.cancelWhenGone();
    feed.attach(reader, after, arrival.member()).begin(page.head(), page);
  }

  /**
   * Pauses, resumes or cancels a stream; of an ended one it changes nothing. Fails with {@code forbidden} unless the caller started it or is admin. A cancelled one is shown
   * with its end, unless that takes longer than a second.
   */
  public Future<Ack.StreamState> control(StreamId stream, Principal caller, Control control) {
    return streaming.control(new ControlStream(stream, caller.user(), caller.admin(), control)).compose(described -> {
      if (control != Control.CANCEL || !isRunning(described.state().status()))
        return Future.succeededFuture(described);
      return ended(stream, END_LOOKS).compose(done -> streaming.describe(new DescribeStream(stream)));
    }).map(DescribedStream::state);
  }

  private Future<Void> ended(StreamId stream, int looks) {
    return read(stream, BEYOND).compose(page -> {
      if (looks == 0 || !isRunning(page.status()))
        return Future.succeededFuture();
      return feeds.pause(END_LOOK_MS).compose(later -> ended(stream, looks - 1));
    });
  }

  /** The connection that started a stream which was to end with it has gone. */
  public void starterGone(StreamId stream) {
    streaming.readerGone(new ReaderGone(stream, self));
  }

  /** The first connection of this gateway has joined the room. Done when it is known what runs there, at the latest after half a second. */
  public Future<List<Ack.RunningStream>> roomJoined(RoomId room) {
    return feeds.watch(room).map(watched -> running(room));
  }

  /** The last connection of this gateway has left the room. */
  public void roomLeft(RoomId room) {
    feeds.unwatch(room);
  }

  /** The streams that run in a watched room, as far as is known. */
  public List<Ack.RunningStream> running(RoomId room) {
    return feeds.running(room).stream().map(feed -> new Ack.RunningStream(feed.stream(), feed.head())).toList();
  }

  /** The user is no member of the room any more: whoever reads its streams as one, or is about to, hears that and nothing more. Admins need not be members. */
  public void removed(RoomId room, UserId user) {
    arrivals.bar(room, user);
    feeds.bar(room, user, NO_MEMBER);
  }

  public void fanOut(StreamFanout fanout) {
    for (StreamRecords records : fanout.streams())
      feeds.fanOut(records);
  }

  public void digest(StreamDigest digest) {
    feeds.digest(digest.owner(), digest.heads());
  }

  /** The members or a ring have changed. */
  public void clusterChanged() {
    feeds.ringChanged();
  }

  /** Every second: what has been silent for too long is looked after. */
  public void tick() {
    feeds.tick();
  }

  private Future<StreamPage> read(StreamId stream, long after) {
    return streaming.read(new ReadStream(stream, after, PAGE));
  }

  /** What is wrong with a position that the stream has not reached. */
  public static Problem above(long after, long head) {
    return Problem.badRequest("'after' is " + after + ", but the stream has only " + head + ".");
  }

  /** Whether a stream of that status may still say something. */
  public static boolean isRunning(String status) {
    return status.equals("STREAMING") || status.equals("PAUSED");
  }
}

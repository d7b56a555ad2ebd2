package dev.chorus.gateway.stream;

import dev.chorus.bus.GatewayMessage.StreamRecords;
import dev.chorus.bus.StreamingClient;
import dev.chorus.bus.StreamingMessage.ReadStream;
import dev.chorus.bus.StreamingMessage.ReaderGone;
import dev.chorus.bus.StreamingMessage.StreamHead;
import dev.chorus.bus.StreamingMessage.StreamPage;
import dev.chorus.cluster.Cluster;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.NodeId;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** All feeds of this gateway, and what is heard of their streams: fan-outs, digests, answers of owners. */
public final class Feeds implements FeedHost {
  /** So long at most a join waits to hear what runs in its room. */
  public static final long WATCH_PATIENCE_MS = 500;
  private static final long READ_AGAIN_MS = 250;
  /** One digest missed. */
  private static final long STALE_MS = 6000;
  /** From one tick to the next, where a second is meant: this process did not run, and what was told meanwhile may have been dropped. */
  private static final long SLEPT_MS = 2500;
  private final Vertx vertx;
  private final NodeId self;
  private final StreamingClient streaming;
  private final RoomStreams rooms;
  private final Clock clock;
  private final StreamWatch watch;
  private final FeedTable feeds = new FeedTable();
  /** Watched rooms whose running streams have been told once: a stream that is new in them has opened since. */
  private final Set<RoomId> listed = new HashSet<>();
  private final Set<RoomId> watched = new HashSet<>();
  private final long patienceMs;
  private long tickedAt;

  /** @param patienceMs with an owner that is to say what runs in a room */
  public Feeds(Vertx vertx, NodeId self, Cluster cluster, StreamingClient streaming, RoomStreams rooms, Clock clock, long patienceMs) {
    this.vertx = vertx;
    this.patienceMs = patienceMs;
    this.self = self;
    this.streaming = streaming;
    this.rooms = rooms;
    this.clock = clock;
    this.watch = new StreamWatch(vertx, self, cluster, streaming, this::heads, this::probeRoom);
  }

  /** A feed for a stream that is being started: it holds back what comes before the answer. The owner lets this gateway watch it from its first record on. */
  Feed starting(StreamId stream, RoomId room) {
    Feed feed = feed(stream, room);
    feed.hold();
    return feed;
  }

  void started(Feed feed) {
    if (!isShownByRoom(feed))
      watch.startedBy(feed.stream());
    release(feed);
    if (!feed.isRead() && !isShownByRoom(feed))
      drop(feed);
    // Its only reader went while it was being started, and the feed with them: the owner need not go on telling.
    if (feeds.find(feed.stream()).isEmpty() && !isShownByRoom(feed))
      watch.forget(feed.stream());
  }

  /** The start was refused, or found another stream. */
  void abandon(Feed feed) {
    feed.close();
    drop(feed);
  }

  Feed following(StreamPage page, boolean running) {
    Feed feed = feed(page.stream(), page.room());
    feed.known(page);
    feed.shown();
    if (!feed.isRead())
      feed.head(page.head(), !running);
    if (running && !isShownByRoom(feed))
      watch.stream(feed.stream());
    return feed;
  }

  Future<Void> watch(RoomId room) {
    watched.add(room);
    Promise<Void> promise = Promise.promise();
    long timer = vertx.setTimer(patienceMs, late -> promise.tryComplete());
    watch.room(room).onComplete(told -> {
      if (watched.contains(room))
        listed.add(room);
      vertx.cancelTimer(timer);
      promise.tryComplete();
    });
    return promise.future();
  }

  /** That user reads no more of the room's streams. */
  void bar(RoomId room, UserId user, Problem why) {
    List.copyOf(feeds.of(room)).forEach(feed -> feed.bar(user, why));
  }

  void unwatch(RoomId room) {
    watched.remove(room);
    listed.remove(room);
    watch.forget(room);
    for (Feed feed : running(room)) {
      if (feed.isRead())
        watch.stream(feed.stream());
      else
        drop(feed);
    }
  }

  Collection<Feed> running(RoomId room) {
    return feeds.of(room).stream().filter(feed -> !feed.ended() && !feed.isHeld()).toList();
  }

  void fanOut(StreamRecords records) {
    Feed feed = feeds.find(records.stream()).orElse(null);
    if (feed == null) {
      if (records.room() == null || !watched.contains(records.room()))
        return;
      feed = feed(records.stream(), records.room());
      if (records.open() == null && !listed.contains(records.room()))
        feed.shown();
    }
    if (!feed.isHeld()) {
      feed.known(records.open(), null);
      show(feed);
    }
    feed.fanOut(records);
    if (feed.ended() && !feed.isRead())
      drop(feed);
  }

  void digest(NodeId owner, List<StreamHead> heads) {
    watch.heard(owner, now());
    heads(heads);
  }

  private void heads(List<StreamHead> heads) {
    for (StreamHead head : heads) {
      Feed feed = feeds.find(head.stream()).orElse(null);
      boolean running = Streams.isRunning(head.status());
      if (feed == null) {
        if (!running || head.room() == null || !watched.contains(head.room()))
          continue;
        feed = feed(head.stream(), head.room());
        if (!listed.contains(head.room()))
          feed.shown();
      }
      show(feed);
      feed.head(head.head(), !running);
      if (feed.ended() && !feed.isRead() && !feed.isHeld())
        drop(feed);
    }
  }

  /** Attaches those who are joined to the stream's room, once; what the stream is must be known, or is read first. */
  private void show(Feed feed) {
    if (feed.isShown() || feed.isHeld() || !isShownByRoom(feed))
      return;
    if (feed.open() == null) {
      discover(feed);
      return;
    }
    feed.shown();
    for (StreamReader reader : rooms.readers(feed.room(), feed.open()))
      feed.attach(reader, -1).begin(0, null);
  }

  /** A stream has opened in a watched room, and its first fan-out was lost. */
  private void discover(Feed feed) {
    feed.hold();
    read(feed, 0, false, page -> {
      if (!feeds.holds(feed))
        return;
      feed.known(page);
      release(feed);
      feed.head(page.head(), !Streams.isRunning(page.status()));
      if (!feed.isRead() && feed.ended())
        drop(feed);
    }, problem -> drop(feed));
  }

  private void release(Feed feed) {
    List<StreamRecords> waiting = feed.release();
    show(feed);
    waiting.forEach(this::fanOut);
  }

  void ringChanged() {
    watch.ringChanged();
  }

  void tick() {
    long now = now();
    if (tickedAt > 0 && now - tickedAt > SLEPT_MS)
      watch.remindAll();
    tickedAt = now;
    watch.tick();
    watch.remindSilent(now);
    for (Feed feed : feeds.all()) {
      if (now - feed.newsAt() < STALE_MS || feed.isHeld())
        continue;
      if (feed.isRead())
        probe(feed);
      else
        drop(feed);
    }
  }

  /** A stream may have ended after its old owner died and before the new one knew of this gateway: only the log tells of those that the owner did not speak of. */
  private void probeRoom(RoomId room, Set<StreamId> said) {
    for (Feed feed : running(room)) {
      if (feed.isRead() && !said.contains(feed.stream()))
        probe(feed);
    }
  }

  /** Nothing was heard of a stream that somebody reads: the log says whether it goes on or has ended. */
  private void probe(Feed feed) {
    feed.head(0, false);
    read(feed, feed.head(), false, page -> feed.head(page.head(), !Streams.isRunning(page.status())), problem -> {
      // What the log does not know will never go on; what cannot be read now is asked for again when it is stale once more.
      if (problem != null)
        feed.lost(problem);
    });
  }

  @Override
  public void read(Feed feed, long after, boolean later, Consumer<StreamPage> page, Consumer<Problem> failed) {
    if (later) {
      vertx.setTimer(READ_AGAIN_MS, timer -> read(feed, after, false, page, failed));
      return;
    }
    streaming.read(new ReadStream(feed.stream(), after, Streams.PAGE)).onSuccess(page::accept).onFailure(failure -> {
      Problem problem = Refusal.problemOf(failure);
      failed.accept(problem.code() == ErrorCode.NOT_FOUND ? problem : null);
    });
  }

  @Override
  public void unread(Feed feed) {
    if (feed.ended() || !isShownByRoom(feed))
      drop(feed);
  }

  @Override
  public void readersGone(Feed feed) {
    streaming.readerGone(new ReaderGone(feed.stream(), self));
  }

  @Override
  public long now() {
    return clock.millis();
  }

  Future<Void> pause(long ms) {
    return vertx.timer(ms, TimeUnit.MILLISECONDS).mapEmpty();
  }

  void nextTurn(Runnable what) {
    vertx.runOnContext(turn -> what.run());
  }

  private boolean isShownByRoom(Feed feed) {
    return feed.room() != null && watched.contains(feed.room());
  }

  private Feed feed(StreamId stream, RoomId room) {
    return feeds.find(stream).orElseGet(() -> feeds.add(new Feed(stream, room, this)));
  }

  private void drop(Feed feed) {
    if (!feeds.remove(feed))
      return;
    if (feed.ended())
      watch.over(feed.stream());
    else
      watch.forget(feed.stream());
  }
}

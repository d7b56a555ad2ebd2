package dev.chorus.streaming;

import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamingMessage.StreamHead;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import dev.chorus.streaming.answer.RunningStream;
import dev.chorus.streaming.answer.Tools;
import dev.chorus.streaming.attempt.Failures;
import dev.chorus.streaming.fanout.Fanout;
import dev.chorus.streaming.fanout.Tail;
import dev.chorus.streaming.log.PerUser;
import dev.chorus.streaming.progress.StreamProgress;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The streams that this node runs, from their first record to their end, and what gateways are told of them. */
final class Runs implements RunningStream.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Runs.class);
  /** A gateway that missed the end hears of it in the digests of this time. */
  private static final long RECENT_MS = 11_000;
  private static final int MAX_RECENT = 10_000;
  /** A reader that reconnects within this time finds its answer still being written. */
  private static final long READER_GRACE_MS = 2000;
  /** So long gateways take to tell a new owner who reads what. */
  private static final long ARRIVAL_MS = 4000;
  private static final Duration BEFORE_DRAIN_ENDS = Duration.ofSeconds(2);

  private record Recent(StreamHead head, long at) {}

  private final Tools tools;
  private final Fanout fanout;
  private final Meters meters;
  private final Figures figures;
  private final Groups groups;
  private final StreamProgress progress;
  private final Consumer<RunningStream> post;
  private final Map<StreamId, RunningStream> running = new HashMap<>();
  private final PerUser runningOf = new PerUser();
  private final Map<StreamId, Tail> tails = new HashMap<>();
  private final Set<StreamId> deserted = new HashSet<>();
  private final Set<StreamId> arriving = new HashSet<>();
  private final Deque<Recent> recent = new ArrayDeque<>();
  private Consumer<RunningStream> hearsOfEnds = stream -> {};
  private Promise<Void> drained;

  /** @param post makes the finished text of a stream a message of its room */
  Runs(Tools tools, Fanout fanout, Meters meters, Figures figures, Groups groups, StreamProgress progress,
      Consumer<RunningStream> post) {
    this.tools = tools;
    this.fanout = fanout;
    this.meters = meters;
    this.figures = figures;
    this.groups = groups;
    this.progress = progress;
    this.post = post;
  }

  Groups groups() {
    return groups;
  }

  void begin(RunningStream stream) {
    open(stream);
    if (groups.isBeaten(stream.opened().plan().place()))
      stream.cancel();
    else
      stream.begin();
  }

  /** A new stream, about to say its first record. */
  void open(RunningStream stream) {
    add(stream);
    meters.started();
    figures.started(stream.opened().provider());
    progress.began(stream.opened().start());
    // Whoever wants the provider's own frames is shown nothing before the first, which says this too.
    if (stream.opened().start().raw() && stream.opened().start().room() == null)
      return;
    fanout.add(stream.id(), stream.opened().start().room(), stream.opened().open(), 0, List.of());
    fanout.flush();
  }

  /** One that another owner began. Who reads it is told by the gateways in a moment. */
  void inherit(RunningStream stream, List<StreamRecord> records, boolean paused) {
    add(stream);
    meters.inherited();
    progress.began(stream.opened().start());
    arriving.add(stream.id());
    tools.vertx().setTimer(ARRIVAL_MS, timer -> {
      arriving.remove(stream.id());
      readersChanged(List.of(stream.id()));
    });
    stream.resume(records, paused);
  }

  private void add(RunningStream stream) {
    if (running.put(stream.id(), stream) == null)
      runningOf.add(user(stream));
  }

  private void remove(RunningStream stream) {
    if (running.remove(stream.id()) != null)
      runningOf.remove(user(stream));
  }

  private static UserId user(RunningStream stream) {
    return stream.opened().start().user();
  }

  /** How many of that user's run here. */
  int of(UserId user) {
    return runningOf.of(user);
  }

  /** Null when it does not run here. */
  RunningStream get(StreamId stream) {
    return running.get(stream);
  }

  List<RunningStream> in(RoomId room) {
    return running.values().stream().filter(stream -> room.equals(stream.opened().start().room())).toList();
  }

  Collection<RunningStream> all() {
    return running.values();
  }

  int size() {
    return running.size();
  }

  boolean isDraining() {
    return drained != null;
  }

  /** Calls back when the last record of a stream is in the log. */
  void onEnd(Consumer<RunningStream> hears) {
    hearsOfEnds = hears;
  }

  @Override
  public void committed(RunningStream stream, long prev, List<StreamRecord> records) {
    fanout.add(stream.id(), stream.opened().start().room(), prev == 0 ? stream.opened().open() : null, prev, records);
    progress.said(stream.opened().start(), records);
    tails.computeIfAbsent(stream.id(), id -> new Tail()).add(records);
  }

  /** What the log has of a running stream above that number, where it is still known here. */
  Optional<List<StreamRecord>> above(StreamId stream, long after, int most) {
    Tail tail = tails.get(stream);
    return tail == null ? Optional.empty() : tail.above(after, most);
  }

  @Override
  public boolean isWanted(RunningStream stream) {
    return stream.opened().start().continueOnDisconnect() || arriving.contains(stream.id()) || fanout.hasReader(stream.id());
  }

  @Override
  public void ended(RunningStream stream, StreamRecord.End end) {
    hearsOfEnds.accept(stream);
    remove(stream);
    tails.remove(stream.id());
    deserted.remove(stream.id());
    groups.ended(stream.opened().plan().place());
    remember(stream.opened().head(end.seq(), end.status()));
    meters.ended(end, stream.opened().provider(), stream.opened().model());
    figures.ended(stream.opened().provider(), end, stream.hasRecovered());
    if (end.status().equals("COMPLETED") && stream.opened().start().post() && stream.opened().start().room() != null)
      post.accept(stream);
    var line = end.failure() == null ? LOG.atDebug() : LOG.atInfo();
    line.addKeyValue("stream", stream.id().value()).addKeyValue("status", end.status())
        .addKeyValue("requestId", stream.opened().start().requestId())
        .addKeyValue("reason", end.failure() == null ? end.finishReason() : end.failure().error().message()).log("A stream has ended.");
    if (drained != null && running.isEmpty())
      drained.tryComplete();
  }

  /** Gateways hear of it in the next digests too. */
  void remember(StreamHead head) {
    recent.add(new Recent(head, tools.clock().millis()));
    if (recent.size() > MAX_RECENT)
      recent.poll();
  }

  /**
   * Tells every gateway the heads of what runs, and of what has ended lately.
   *
   * @param others of streams that are generated elsewhere
   */
  void digest(Collection<StreamHead> others) {
    long now = tools.clock().millis();
    while (!recent.isEmpty() && recent.peek().at < now - RECENT_MS)
      fanout.forget(recent.poll().head.stream());
    List<StreamHead> heads = new ArrayList<>(running.size() + recent.size());
    for (RunningStream stream : running.values())
      heads.add(stream.opened().head(stream.head(), stream.status()));
    for (Recent ended : recent)
      heads.add(ended.head);
    heads.addAll(others);
    fanout.digest(heads);
  }

  /** A stream that was to run only for its reader ends if nobody reads it for a while. */
  void readersChanged(Collection<StreamId> streams) {
    for (StreamId id : streams) {
      RunningStream stream = running.get(id);
      if (stream == null || isWanted(stream) || !deserted.add(id))
        continue;
      tools.vertx().setTimer(READER_GRACE_MS, timer -> {
        deserted.remove(id);
        if (running.get(id) == stream && !isWanted(stream))
          stream.cancel();
      });
    }
  }

  Collection<StreamId> ids() {
    return List.copyOf(running.keySet());
  }

  /** They belong to another owner now. */
  void discard() {
    running.values().forEach(RunningStream::discard);
    running.clear();
    runningOf.clear();
    tails.clear();
    deserted.clear();
    arriving.clear();
    groups.clear();
    progress.discard();
    tools.lanes().clear();
    tools.unlogged().clear();
    if (drained != null)
      drained.tryComplete();
  }

  /**
   * Done when nothing runs any more, or shortly before the time is over: then what still runs is left to others, or fails where there are none.
   *
   * @param others whether another node would go on with it
   */
  Future<Void> drain(Duration time, BooleanSupplier others) {
    if (drained != null)
      return drained.future();
    drained = Promise.promise();
    if (running.isEmpty())
      drained.complete();
    Duration wait = time.compareTo(BEFORE_DRAIN_ENDS) > 0 ? time.minus(BEFORE_DRAIN_ENDS) : Duration.ofMillis(1);
    tools.vertx().setTimer(wait.toMillis(), timer -> {
      if (others.getAsBoolean())
        discard();
      else
        List.copyOf(running.values()).forEach(
            stream -> stream.fail(Failures.server(ErrorCode.UNAVAILABLE, "The server was stopped before the answer was complete.", 503)));
    });
    return drained.future();
  }
}

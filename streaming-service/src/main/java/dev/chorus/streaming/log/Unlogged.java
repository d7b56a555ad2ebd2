package dev.chorus.streaming.log;

import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamingMessage.StreamHead;
import dev.chorus.bus.StreamingMessage.StreamPage;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Event;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Streams that nobody wants logged ({@code Chorus-Durability: none}): their records are known at once, to this node alone, and until shortly after the end, for readers who are
 * slower than the provider. If the node dies they are lost. Bounded by how many a user may have running, and by the length of an answer.
 */
public final class Unlogged {
  private static final long KEPT_MS = 30_000;
  /** Each telling is a message on the bus, which costs more than the token in it; whoever wants no log wants it soon. */
  private static final long MOST_GATHER_MS = 2;
  private final Vertx vertx;
  private final Clock clock;
  private final Runnable told;
  private final Map<StreamId, Kept> streams = new HashMap<>();
  private final PerUser running = new PerUser();
  private final Gathering gathering;
  private Map<Logged, List<StreamRecord>> untold = new LinkedHashMap<>();
  private int waiting;

  private record Kept(Event.StreamOpen open, List<StreamRecord> records) {
    String status(String running) {
      return !records.isEmpty() && records.getLast() instanceof StreamRecord.End end ? end.status() : running;
    }
  }

  /** @param told called when some of what was written has been told to their streams */
  public Unlogged(Vertx vertx, Clock clock, Runnable told) {
    this.vertx = vertx;
    this.clock = clock;
    this.told = told;
    this.gathering = new Gathering(vertx, clock, MOST_GATHER_MS, this::tell);
  }

  /** A new stream without records. */
  public void open(Event.StreamOpen open) {
    streams.put(open.streamId(), new Kept(open, new ArrayList<>()));
    running.add(open.user());
  }

  /** How many of that user's are running here. */
  public int running(UserId user) {
    return running.of(user);
  }

  /** The next record of a stream. {@code logged} hears of it in a later turn, as it would of one that was written. */
  public void append(StreamId stream, StreamRecord record, Logged logged) {
    Kept kept = streams.get(stream);
    if (kept == null)
      return;
    kept.records.add(record);
    if (record instanceof StreamRecord.End) {
      running.remove(kept.open.user());
      vertx.setTimer(KEPT_MS, timer -> streams.remove(stream, kept));
    }
    untold.computeIfAbsent(logged, key -> new ArrayList<>()).add(record);
    waiting++;
    gathering.came(record);
    gathering.begin();
  }

  private void tell() {
    if (waiting == 0 || gathering.holds(waiting))
      return;
    gathering.began(waiting, clock.millis());
    waiting = 0;
    Map<Logged, List<StreamRecord>> now = untold;
    untold = new LinkedHashMap<>();
    now.forEach(Logged::committed);
    told.run();
  }

  /**
   * Its records above that number.
   *
   * @param running how it stands as long as it has no end
   * @return empty when it is none of these streams
   */
  public Optional<StreamPage> page(StreamId stream, long after, int limit, String running) {
    return Optional.ofNullable(streams.get(stream)).map(kept -> {
      int head = kept.records.size();
      int from = (int) Math.min(after, head);
      List<StreamRecord> page = List.copyOf(kept.records.subList(from, Math.min(head, from + limit)));
      return new StreamPage(stream, null, kept.open.user(), kept.open.epoch(), kept.status(running), head, kept.open, page);
    });
  }

  /** How far those of the streams are that are here. */
  public List<StreamHead> heads(List<StreamId> asked) {
    return asked.stream().filter(streams::containsKey).map(stream -> {
      Kept kept = streams.get(stream);
      return new StreamHead(stream, null, kept.open.epoch(), kept.records.size(), kept.status("STREAMING"));
    }).toList();
  }

  /** They are lost. */
  public void clear() {
    streams.clear();
    running.clear();
    untold.clear();
    waiting = 0;
  }
}

package dev.chorus.bench.load;

import dev.chorus.bench.process.Meter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** The readers and publishers of one server, ready to run loads; stays connected between them, so that servers can take turns. */
public final class Crowd implements AutoCloseable {
  private static final double ENROL_SECONDS = 60;
  private static final double DRAIN_SECONDS = 8;
  private static final double SILENCE_SECONDS = 1;
  private static final int SILENCES = 2;
  private static final int MOST_AT_ONCE = 64;
  private final Loop loop;
  private final Tally tally = new Tally();
  private final List<Reader> readers = new ArrayList<>();
  private final List<Publisher> publishers = new ArrayList<>();
  private final double readersPerRoom;
  private int turn;

  /** Connects everybody and waits until all are in. */
  public Crowd(Loop loop, int port, Dialect dialect, Seating seating) throws IOException {
    this.loop = loop;
    this.readersPerRoom = seating.readersPerRoom();
    for (int i = 0; i < seating.readers(); i++) {
      readers.add(new Reader(loop, port, dialect, seating.readerName(i), seating.firstRoom(i), seating.roomsPerReader(), tally));
      settle(i);
    }
    for (int i = 0; i < seating.publishers(); i++) {
      publishers
          .add(new Publisher(loop, port, dialect, seating.publisherName(i), seating.roomsOfPublisher(i), seating.contentLength(), tally));
      settle(i);
    }
    if (!loop.until(() -> unready() == 0 || broken() != null, ENROL_SECONDS))
      throw new IOException(unready() + " connections could not join in time");
    if (broken() != null)
      throw new IOException("a connection could not join: " + broken());
  }

  /** Sends as the load says and measures; fails when connections were lost. */
  public Outcome run(Load load, Meter meter) throws IOException {
    Tally.Mark before = tally.mark();
    long start = System.nanoTime();
    long warm = start + (long) (load.warmSeconds() * 1e9);
    long end = warm + (long) (load.measuredSeconds() * 1e9);
    long sent = push(load, before, start, warm, 0);
    long sentWarm = sent;
    Map<String, Double> cpu = meter.read();
    tally.startCounting();
    long counted = System.nanoTime();
    sent = push(load, before, start, end, sent);
    tally.stopCounting();
    double seconds = (System.nanoTime() - counted) / 1e9;
    Map<String, Double> spent = meter.since(cpu);
    drain(sent, before);
    if (tally.lostSockets() > 0)
      throw new IOException(tally.lostSockets() + " connections were lost, the first with: " + tally.trouble());
    return new Outcome(seconds, sent - sentWarm, tally.countedDeliveries(), tally.countedAcks(), missing(sent, before),
        tally.outOfOrderSince(before), tally.refusedSince(before), tally.delivery(), tally.ack(), spent, tally.trouble());
  }

  /** From now on each reader says how far it has read, once for each frame that brings entries: the frame of a room and a seq. */
  public void readersSay(BiFunction<Integer, Long, String> receipt) {
    readers.forEach(reader -> reader.says(receipt));
  }

  /** Ends all connections. */
  @Override
  public void close() {
    readers.forEach(Reader::close);
    publishers.forEach(Publisher::close);
  }

  /** Publishes until a moment; takes and says how many messages have gone since the load's start. */
  private long push(Load load, Tally.Mark before, long start, long until, long already) throws IOException {
    long sent = already;
    for (long now = System.nanoTime(); now < until && tally.lostSockets() == 0; now = System.nanoTime()) {
      long allowed = switch (load.pace()) {
        case Load.Rate rate -> (long) ((now - start) / 1e9 * rate.perSecond());
        case Load.Undelivered window ->
          window.messages() + (long) (tally.receivedSince(before) / readersPerRoom) + tally.refusedSince(before);
        case Load.Unacked window -> window.messages() + tally.ackedSince(before) + tally.refusedSince(before);
      };
      int burst = 0;
      for (; sent < allowed && burst < MOST_AT_ONCE; burst++, sent++)
        publishers.get(turn++ % publishers.size()).publish();
      loop.poll(burst == MOST_AT_ONCE ? 0 : 1);
    }
    return sent;
  }

  /** Waits for what is still on its way, as long as something comes: one silence may be the machine's, and not the server's. */
  private void drain(long sent, Tally.Mark before) throws IOException {
    long end = System.nanoTime() + (long) (DRAIN_SECONDS * 1e9);
    int silences = 0;
    while (missing(sent, before) > 0 && silences < SILENCES && System.nanoTime() < end) {
      long last = tally.receivedSince(before);
      loop.until(() -> missing(sent, before) <= 0, SILENCE_SECONDS);
      silences = last == tally.receivedSince(before) ? silences + 1 : 0;
    }
  }

  /** Deliveries that have not come for the messages that were accepted; negative when there were too many. */
  private long missing(long sent, Tally.Mark before) {
    return Math.round((sent - tally.refusedSince(before)) * readersPerRoom) - tally.receivedSince(before);
  }

  /** Lets the server come along while connections are made: at most some dozens that are not ready yet. */
  private void settle(int made) throws IOException {
    loop.poll(0);
    if (made % MOST_AT_ONCE == MOST_AT_ONCE - 1)
      loop.until(() -> unready() == 0 || broken() != null, ENROL_SECONDS);
  }

  private long unready() {
    return readers.stream().filter(r -> !r.ready()).count() + publishers.stream().filter(p -> !p.ready()).count();
  }

  private String broken() {
    if (tally.lostSockets() > 0)
      return tally.trouble();
    return Stream.concat(readers.stream().map(Reader::refusal), publishers.stream().map(Publisher::refusal)).filter(Objects::nonNull)
        .findFirst().orElse(null);
  }
}

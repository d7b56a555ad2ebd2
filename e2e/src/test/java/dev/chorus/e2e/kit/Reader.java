package dev.chorus.e2e.kit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** A reader of one room that reconnects with its cursor, to whichever gateway it is given, and checks that it sees every seq once and in order. */
public final class Reader implements AutoCloseable {
  private static final long RECONNECT_NANOS = 50_000_000;
  private final Supplier<List<URI>> gateways;
  private final String token;
  private final String room;
  private final Thread thread;
  private final Map<Long, String> bySeq = new TreeMap<>();
  private final Map<Long, String> clientIds = new TreeMap<>();
  private final List<String> faults = new ArrayList<>();
  private volatile boolean running = true;
  private volatile ChatClient client;
  private final AtomicInteger reconnects = new AtomicInteger();
  private long position;
  private String epoch;

  /** Begins to read the room from its first entry. */
  public Reader(Supplier<List<URI>> gateways, String token, String room) {
    this.gateways = gateways;
    this.token = token;
    this.room = room;
    this.thread = Thread.ofVirtual().start(this::run);
  }

  private void run() {
    int attempt = 0;
    while (running) {
      List<URI> choice = gateways.get();
      try (ChatClient connected = ChatClient.connect(choice.get(attempt++ % choice.size()), token)) {
        client = connected;
        JsonNode joined = connected.join(room, position, epoch);
        if (!joined.get("recovered").asBoolean() && position > 0)
          fault("not recovered: " + joined);
        epoch = joined.get("epoch").asText();
        follow(connected);
      } catch (IOException | AssertionError e) {
        LockSupport.parkNanos(RECONNECT_NANOS);
      } catch (InterruptedException e) {
        return;
      }
      reconnects.incrementAndGet();
    }
  }

  private void follow(ChatClient connected) throws InterruptedException {
    int seen = 0;
    while (running && !connected.closed()) {
      List<JsonNode> frames = connected.received(seen);
      seen += frames.size();
      for (JsonNode frame : frames) {
        if (frame.has("seq") && frame.path("room").asText().equals(room))
          take(frame);
      }
      LockSupport.parkNanos(2_000_000);
      if (Thread.interrupted())
        throw new InterruptedException();
    }
  }

  private synchronized void take(JsonNode entry) {
    long seq = entry.get("seq").asLong();
    if (seq != position + 1)
      fault("after " + position + " came " + seq);
    position = Math.max(position, seq);
    bySeq.put(seq, entry.get("data").get("messageId").asText());
    clientIds.put(seq, entry.get("data").path("clientId").asText());
    notifyAll();
  }

  private synchronized void fault(String what) {
    faults.add(what);
  }

  /** What went wrong so far: gaps, repeats, disorder. */
  public synchronized List<String> faults() {
    return List.copyOf(faults);
  }

  /** Message ids by seq. */
  public synchronized Map<Long, String> entries() {
    return new TreeMap<>(bySeq);
  }

  /** The senders' ids by seq. */
  public synchronized Map<Long, String> clientIds() {
    return new TreeMap<>(clientIds);
  }

  public synchronized long position() {
    return position;
  }

  public int reconnects() {
    return reconnects.get();
  }

  /** Cuts its connection as a lost network does; it comes back by itself. */
  public void breakOff() {
    ChatClient now = client;
    if (now != null)
      now.breakOff();
  }

  @Override
  public void close() {
    running = false;
    thread.interrupt();
    try {
      thread.join(5000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.chorus.e2e.kit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** A viewer of many streams on one connection, who comes back to another gateway with their positions when it breaks, and writes down what they see of each. */
public final class StreamViewer implements AutoCloseable {
  private static final long RECONNECT_NANOS = 50_000_000;
  /** A fresh connection after so many frames: it attaches everywhere anew. */
  private static final int FRAMES_PER_CONNECTION = 20_000;
  private static final long SPEAKING_NANOS = 1_500_000_000;
  private final Supplier<List<URI>> gateways;
  private final String token;
  private final Thread thread;
  private final Map<String, Seen> streams = new HashMap<>();
  private int next;
  private volatile boolean running = true;
  private volatile ChatClient client;
  private volatile URI gateway;
  private final AtomicInteger reconnects = new AtomicInteger();

  /** What was seen of one stream. */
  private static final class Seen {
    final String room;
    final List<JsonNode> frames = new ArrayList<>();
    String epoch;
    long position;
    boolean ended;
    boolean attached;
    long lastAt = System.nanoTime();
    /** The longest silence since the last {@link #mark}; below zero: not measured. */
    long silence = -1;

    Seen(String room) {
      this.room = room;
    }
  }

  /** @param first which of the gateways to begin with */
  public StreamViewer(Supplier<List<URI>> gateways, String token, int first) {
    this.gateways = gateways;
    this.token = token;
    this.next = first;
    this.thread = Thread.ofVirtual().start(this::run);
  }

  /** The gateway that it is connected to. */
  public URI gateway() {
    return gateway;
  }

  public int reconnects() {
    return reconnects.get();
  }

  /** From now on this stream is followed from its beginning. */
  public void follow(String stream, String room) {
    synchronized (streams) {
      streams.put(stream, new Seen(room));
    }
  }

  /** What it has seen of a stream once that has ended; null before. */
  public List<JsonNode> ended(String stream) {
    synchronized (streams) {
      Seen seen = streams.get(stream);
      return seen != null && seen.ended ? List.copyOf(seen.frames) : null;
    }
  }

  /** How far it is, for a failing test to say. */
  public String progress(String stream) {
    synchronized (streams) {
      Seen seen = streams.get(stream);
      return seen == null ? "unknown" : "at " + seen.position + (seen.attached ? "" : ", not attached") + " on " + gateway;
    }
  }

  /** The last number of it that was seen; 0 when there is none. */
  public long position(String stream) {
    synchronized (streams) {
      Seen seen = streams.get(stream);
      return seen == null ? 0 : seen.position;
    }
  }

  public void forget(String stream) {
    synchronized (streams) {
      streams.remove(stream);
    }
  }

  /** The streams that it follows and that have not ended. */
  public List<String> open() {
    synchronized (streams) {
      return streams.entrySet().stream().filter(entry -> !entry.getValue().ended).map(Map.Entry::getKey).toList();
    }
  }

  /** From now on the silence of these is measured, of those that have said something just now: an answer that is begun anew where it cannot be gone on with is silent anyway. */
  public void mark(List<String> marked) {
    long now = System.nanoTime();
    synchronized (streams) {
      for (String stream : marked) {
        Seen seen = streams.get(stream);
        if (seen != null && now - seen.lastAt < SPEAKING_NANOS)
          seen.silence = 0;
      }
    }
  }

  /** The longest silence of each that was marked, up to now where it has not ended. */
  public List<Duration> silences() {
    long now = System.nanoTime();
    synchronized (streams) {
      List<Duration> silences = new ArrayList<>();
      for (Seen seen : streams.values()) {
        long longest = seen.ended ? seen.silence : Math.max(seen.silence, now - seen.lastAt);
        if (seen.silence >= 0 && longest > 0)
          silences.add(Duration.ofNanos(longest));
        seen.silence = -1;
      }
      return silences;
    }
  }

  private void run() {
    while (running) {
      List<URI> choice = gateways.get();
      URI address = choice.get(next++ % choice.size());
      try (ChatClient connected = ChatClient.connect(address, token)) {
        client = connected;
        gateway = address;
        synchronized (streams) {
          streams.values().forEach(seen -> seen.attached = false);
        }
        read(connected);
      } catch (IOException | AssertionError e) {
        LockSupport.parkNanos(RECONNECT_NANOS);
      }
      reconnects.incrementAndGet();
    }
  }

  private void read(ChatClient connected) {
    int read = 0;
    Map<Long, Asked> asked = new HashMap<>();
    while (running && !connected.closed() && read < FRAMES_PER_CONNECTION) {
      attach(connected, asked);
      List<JsonNode> frames = connected.received(read);
      read += frames.size();
      for (JsonNode frame : frames) {
        Asked attached = frame.has("id") ? asked.remove(frame.get("id").asLong()) : null;
        if (attached != null)
          answered(attached, frame);
        else
          take(frame);
      }
      LockSupport.parkNanos(2_000_000);
    }
  }

  /** From where it was asked for: what came before the answer comes again. */
  private record Asked(Seen seen, int frames, long position) {}

  /** Attaches to those that are new, or were followed on another connection. */
  private void attach(ChatClient connected, Map<Long, Asked> asked) {
    synchronized (streams) {
      streams.forEach((stream, seen) -> {
        if (seen.attached || seen.ended)
          return;
        seen.attached = true;
        if (seen.room != null)
          connected.post("room:join", seen.room, Map.of());
        Map<String, Object> data = new HashMap<>(Map.of("streamId", stream));
        if (seen.epoch != null) {
          data.put("after", seen.position);
          data.put("epoch", seen.epoch);
        }
        asked.put(connected.post("stream:attach", null, data), new Asked(seen, seen.frames.size(), seen.position));
      });
    }
  }

  private void answered(Asked asked, JsonNode answer) {
    synchronized (streams) {
      Seen seen = asked.seen;
      if (answer.get("type").asText().equals("ack")) {
        seen.frames.subList(asked.frames, seen.frames.size()).clear();
        seen.position = asked.position;
        seen.ended = false;
      } else if (answer.get("data").get("retryable").asBoolean()) {
        seen.attached = false;
      } else {
        throw new IllegalStateException("refused for good: " + answer);
      }
    }
  }

  private void take(JsonNode frame) {
    if (!frame.path("type").asText().startsWith("stream:"))
      return;
    synchronized (streams) {
      JsonNode data = frame.get("data");
      Seen seen = streams.get(data.path("streamId").asText());
      if (seen == null)
        return;
      long now = System.nanoTime();
      if (seen.silence >= 0)
        seen.silence = Math.max(seen.silence, now - seen.lastAt);
      seen.lastAt = now;
      seen.frames.add(frame);
      if (data.has("epoch"))
        seen.epoch = data.get("epoch").asText();
      seen.position = Math.max(seen.position, data.path("to").asLong(data.path("seq").asLong()));
      seen.ended |= frame.get("type").asText().equals("stream:end");
    }
  }

  @Override
  public void close() {
    running = false;
    ChatClient now = client;
    if (now != null)
      now.breakOff();
    try {
      thread.join(5000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

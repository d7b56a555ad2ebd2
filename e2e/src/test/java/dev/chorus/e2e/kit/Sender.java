package dev.chorus.e2e.kit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Sends messages one after the other at a rate, each until it is acknowledged: after an error or a lost connection again with the same clientId. */
public final class Sender implements AutoCloseable {
  private static final Duration ANSWER = Duration.ofSeconds(8);
  private final Supplier<List<URI>> gateways;
  private final String token;
  private final String name;
  private final String room;
  private final long pauseNanos;
  private final Thread thread;
  private final Map<Long, String> acked = new ConcurrentSkipListMap<>();
  private volatile boolean running = true;
  private volatile long lastAckNanos = System.nanoTime();
  private volatile long longestSilenceNanos;
  private final AtomicInteger refusals = new AtomicInteger();
  private final AtomicLong posted = new AtomicLong();
  private final List<String> faults = new CopyOnWriteArrayList<>();
  private volatile int resendsEvery;

  public Sender(Supplier<List<URI>> gateways, String token, String name, String room, int perSecond) {
    this.gateways = gateways;
    this.token = token;
    this.name = name;
    this.room = room;
    this.pauseNanos = 1_000_000_000L / perSecond;
    this.thread = Thread.ofVirtual().start(this::run);
  }

  private void run() {
    int attempt = 0;
    long number = 0;
    while (running) {
      List<URI> choice = gateways.get();
      try (ChatClient client = ChatClient.connect(choice.get(attempt++ % choice.size()), token)) {
        client.join(room);
        while (running) {
          number = sendUntilAcked(client, number);
          LockSupport.parkNanos(pauseNanos);
        }
      } catch (IOException | AssertionError e) {
        LockSupport.parkNanos(50_000_000);
      }
    }
  }

  /** Every so many messages one that was acknowledged is sent once more: the answer must be the first one. */
  public Sender resending(int every) {
    resendsEvery = every;
    return this;
  }

  private JsonNode post(ChatClient client, long number) {
    posted.accumulateAndGet(number + 1, Math::max);
    long id = client.post("message:send", room, Map.of("content", name + " " + number, "clientId", name + "-" + number));
    return client.expect(frame -> frame.path("id").asLong(-1) == id, ANSWER);
  }

  private void resend(ChatClient client, long number, JsonNode first) {
    JsonNode again = post(client, number);
    if (!again.get("type").asText().equals("ack"))
      return;
    if (!again.get("data").get("duplicate").asBoolean() || !again.get("data").get("seq").equals(first.get("data").get("seq")))
      faults.add("first " + first + ", then " + again);
  }

  private long sendUntilAcked(ChatClient client, long number) {
    while (true) {
      JsonNode answer = post(client, number);
      if (answer.get("type").asText().equals("ack")) {
        acked.put(answer.get("data").get("seq").asLong(), answer.get("data").get("messageId").asText());
        if (resendsEvery > 0 && number % resendsEvery == 0)
          resend(client, number, answer);
        long now = System.nanoTime();
        longestSilenceNanos = Math.max(longestSilenceNanos, now - lastAckNanos);
        lastAckNanos = now;
        return number + 1;
      }
      refusals.incrementAndGet();
      if (!answer.get("data").get("retryable").asBoolean())
        throw new IllegalStateException("refused for good: " + answer);
      LockSupport.parkNanos(20_000_000);
      if (!running)
        return number;
    }
  }

  /** Message ids by seq, of all that were acknowledged. */
  public Map<Long, String> acked() {
    return acked;
  }

  /** Resends that were not answered as the first send was. */
  public List<String> faults() {
    return faults;
  }

  /** Whether it has ever sent a message with that clientId. */
  public boolean hasSent(String clientId) {
    return clientId.startsWith(name + "-") && Long.parseLong(clientId.substring(name.length() + 1)) < posted.get();
  }

  public int refusals() {
    return refusals.get();
  }

  public long lastAckNanos() {
    return lastAckNanos;
  }

  /** The longest time between two acknowledgements since this was last asked. */
  public Duration longestSilence() {
    Duration longest = Duration.ofNanos(Math.max(longestSilenceNanos, System.nanoTime() - lastAckNanos));
    longestSilenceNanos = 0;
    return longest;
  }

  @Override
  public void close() {
    running = false;
    try {
      thread.join(15_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

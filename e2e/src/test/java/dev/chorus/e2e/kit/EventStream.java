package dev.chorus.e2e.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A client that hears by server-sent events. */
public final class EventStream implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
  private final CountDownLatch ended = new CountDownLatch(1);

  /** @param id the cursor, or null where the event has none */
  public record Heard(String id, String type, JsonNode envelope) {}

  private EventStream() {}

  /** Opens the downlink; {@code lastId} is where it was before, or null. */
  public static EventStream open(URI gateway, String token, String rooms, String lastId) throws IOException, InterruptedException {
    return follow(gateway, token, "/api/sse/events?rooms=" + rooms, lastId);
  }

  /** Opens any answer of events; {@code lastId} is where it was before, or null. */
  public static EventStream follow(URI gateway, String token, String path, String lastId) throws IOException, InterruptedException {
    EventStream events = new EventStream();
    HttpRequest.Builder request = HttpRequest.newBuilder(gateway.resolve(path)).header("Authorization", "Bearer " + token)
        .header("Accept", "text/event-stream");
    if (lastId != null)
      request.header("Last-Event-ID", lastId);
    HttpResponse<Stream<String>> answer = events.client.send(request.build(), HttpResponse.BodyHandlers.ofLines());
    if (answer.statusCode() != 200)
      throw new IOException("refused with " + answer.statusCode());
    Thread.ofVirtual().start(() -> {
      events.read(answer.body());
      events.ended.countDown();
    });
    return events;
  }

  private void read(Stream<String> lines) {
    String[] event = new String[3];
    try {
      lines.forEach(line -> {
        if (line.startsWith("id: "))
          event[0] = line.substring(4);
        else if (line.startsWith("event: "))
          event[1] = line.substring(7);
        else if (line.startsWith("data: "))
          event[2] = line.substring(6);
        else if (line.isEmpty() && event[2] != null) {
          heard.add(new Heard(event[0], event[1], json(event[2])));
          event[0] = null;
          event[2] = null;
        }
      });
    } catch (UncheckedIOException closed) {
      // The test has heard enough, or its gateway is gone.
    }
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next event of that type; those before it are skipped. */
  public Heard expect(String type) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (true) {
      Heard next = heard.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (next == null)
        throw new AssertionError(type + " did not come");
      if (next.type.equals(type))
        return next;
    }
  }

  /** Waits for the end of the answer; returns what came before it and was not expected. */
  public List<Heard> rest() throws InterruptedException {
    if (!ended.await(30, TimeUnit.SECONDS))
      throw new AssertionError("it did not end");
    return List.copyOf(heard);
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}

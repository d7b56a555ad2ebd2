package dev.chorus.e2e.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** A chat client on one WebSocket, as protocol version 1 describes it. Calls block; what the server says is kept in order and can be waited for. */
public final class ChatClient implements AutoCloseable, WebSocket.Listener {
  public static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration INSISTING = Duration.ofMinutes(1);
  private static final Duration CONNECT = Duration.ofSeconds(20);
  private static final HttpClient CLIENT = HttpClient.newBuilder().connectTimeout(CONNECT).build();
  private static final ObjectMapper JSON = new ObjectMapper();
  private final List<JsonNode> received = new ArrayList<>();
  private final StringBuilder partial = new StringBuilder();
  private WebSocket socket;
  private CompletableFuture<?> lastWrite = CompletableFuture.completedFuture(null);
  private long nextId = 1;
  private int closeCode = -1;
  private String closeReason = "";

  private ChatClient() {}

  /** Opens a socket without authenticating. */
  public static ChatClient open(URI gateway, String... headers) throws IOException {
    return open(gateway, "", headers);
  }

  /** Opens a socket with that query, e.g. {@code ?ticket=…}. */
  public static ChatClient open(URI gateway, String query) throws IOException {
    return open(gateway, query, new String[0]);
  }

  private static ChatClient open(URI gateway, String query, String[] headers) throws IOException {
    ChatClient client = new ChatClient();
    WebSocket.Builder builder = CLIENT.newWebSocketBuilder().connectTimeout(CONNECT).subprotocols("chorus.v1");
    for (int i = 0; i < headers.length; i += 2)
      builder.header(headers[i], headers[i + 1]);
    try {
      client.socket = builder.buildAsync(URI.create(gateway.toString().replaceFirst("^http", "ws") + "/api/ws/chat" + query), client)
          .join();
      return client;
    } catch (java.util.concurrent.CompletionException e) {
      throw new IOException("cannot connect: " + e.getCause(), e);
    }
  }

  /** Opens a socket with a token and waits for the welcome. */
  public static ChatClient connect(URI gateway, String token) throws IOException {
    ChatClient client = open(gateway, "Authorization", "Bearer " + token);
    try {
      client.expect(type("welcome"));
      return client;
    } catch (AssertionError e) {
      client.close();
      throw new IOException("no welcome", e);
    }
  }

  /** Sends a frame and waits for its one answer, an ack or an error. */
  public JsonNode ask(String type, String room, Object data) {
    return answer(post(type, room, data));
  }

  /** Sends a frame with an id and does not wait. */
  public synchronized long post(String type, String room, Object data) {
    long id = nextId++;
    ObjectNode frame = JSON.createObjectNode().put("type", type).put("id", id);
    if (room != null)
      frame.put("room", room);
    frame.set("data", JSON.valueToTree(data));
    write(frame.toString());
    return id;
  }

  /** Writes text as it is. */
  public synchronized void write(String text) {
    lastWrite = lastWrite.handle((done, failed) -> null).thenCompose(done -> socket.sendText(text, true));
  }

  public synchronized void writeBinary(byte[] bytes) {
    lastWrite = lastWrite.thenCompose(done -> socket.sendBinary(ByteBuffer.wrap(bytes), true));
  }

  /** Waits for the answer to the frame with that id. */
  public JsonNode answer(long id) {
    return expect(frame -> frame.path("id").asLong(-1) == id
        && (frame.path("type").asText().equals("ack") || frame.path("type").asText().equals("error")));
  }

  /** Sends a frame until it is acknowledged, as clients do with what may be tried again; returns the ack's data. */
  public JsonNode insist(String type, String room, Object data) {
    return Await.until(type + " is acknowledged", INSISTING, () -> {
      JsonNode answer = ask(type, room, data);
      return answer.path("data").path("retryable").asBoolean() ? null : acked(answer);
    });
  }

  /** Joins from the head; returns the ack's data. */
  public JsonNode join(String room) {
    return insist("room:join", room, java.util.Map.of());
  }

  /** Joins behind a cursor; returns the ack's data. */
  public JsonNode join(String room, long after, String epoch) {
    return insist("room:join", room, epoch == null ? java.util.Map.of("after", after) : java.util.Map.of("after", after, "epoch", epoch));
  }

  /** Sends a message; returns the ack's data. */
  public JsonNode send(String room, String content) {
    return acked(ask("message:send", room, java.util.Map.of("content", content)));
  }

  public static JsonNode acked(JsonNode answer) {
    if (!answer.path("type").asText().equals("ack"))
      throw new AssertionError("refused: " + answer);
    return answer.get("data");
  }

  /** Waits for the first frame, of all received so far and to come, that matches. */
  public JsonNode expect(Predicate<JsonNode> wanted) {
    return expect(wanted, PATIENCE);
  }

  public synchronized JsonNode expect(Predicate<JsonNode> wanted, Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    int seen = 0;
    while (true) {
      for (; seen < received.size(); seen++) {
        if (wanted.test(received.get(seen)))
          return received.get(seen);
      }
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0 || closeCode >= 0)
        throw new AssertionError(
            "did not come; closed " + closeCode + " " + closeReason + "; last " + received.subList(Math.max(0, seen - 5), seen));
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted", e);
      }
    }
  }

  /** Waits until the server has closed; returns the code. */
  public synchronized int awaitClose(Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (closeCode < 0) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0)
        throw new AssertionError("still open after " + atMost);
      wait(left);
    }
    return closeCode;
  }

  public synchronized String closeReason() {
    return closeReason;
  }

  public synchronized boolean closed() {
    return closeCode >= 0;
  }

  /** All frames so far, oldest first. */
  public List<JsonNode> received() {
    return received(0);
  }

  /** All frames so far but the first {@code from}. */
  public synchronized List<JsonNode> received(int from) {
    return List.copyOf(received.subList(from, received.size()));
  }

  /** The entries of a room so far, in the order in which they came. */
  public List<JsonNode> entries(String room) {
    return received().stream().filter(frame -> frame.path("room").asText().equals(room) && frame.has("seq")).toList();
  }

  public static Predicate<JsonNode> type(String type) {
    return frame -> frame.path("type").asText().equals(type);
  }

  @Override
  public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
    synchronized (this) {
      partial.append(data);
      if (last) {
        for (String line : partial.toString().split("\n", -1)) {
          try {
            received.add(JSON.readTree(line));
          } catch (IOException e) {
            throw new IllegalStateException("the server sent what is not JSON: " + line, e);
          }
        }
        partial.setLength(0);
        notifyAll();
      }
    }
    webSocket.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
    ended(code, reason);
    return null;
  }

  @Override
  public void onError(WebSocket webSocket, Throwable error) {
    ended(1006, String.valueOf(error));
  }

  private synchronized void ended(int code, String reason) {
    if (closeCode < 0) {
      closeCode = code;
      closeReason = reason;
    }
    notifyAll();
  }

  /** Breaks the connection without a close frame, as a lost network does. */
  public void breakOff() {
    socket.abort();
    ended(1006, "broken off");
  }

  @Override
  public void close() {
    if (closed())
      return;
    try {
      socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(2, java.util.concurrent.TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      socket.abort();
    }
  }
}

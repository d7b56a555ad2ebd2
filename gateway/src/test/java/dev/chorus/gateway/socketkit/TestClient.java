package dev.chorus.gateway.socketkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.protocol.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** A client of the protocol. What it hears stays until somebody expects it, in the order in which it came. */
public final class TestClient implements WebSocket.Listener, AutoCloseable {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final long PATIENCE_SECONDS = 60;
  private final List<JsonNode> heard = new ArrayList<>();
  private final StringBuilder partial = new StringBuilder();
  private final CompletableFuture<Closed> closed = new CompletableFuture<>();
  private final CompletableFuture<Void> pong = new CompletableFuture<>();
  private final boolean reads;
  private WebSocket socket;
  private int messages;
  private int lastId;

  /** How the server ended it; {@code code} 1006: without a word. */
  public record Closed(int code, String reason) {}

  private TestClient(boolean reads) {
    this.reads = reads;
  }

  /** Connects without saying who it is. */
  public static TestClient open(URI address) {
    return open(address, HTTP.newWebSocketBuilder(), true);
  }

  public static TestClient open(URI address, WebSocket.Builder builder, boolean reads) {
    TestClient client = new TestClient(reads);
    client.socket = builder.buildAsync(address, client).orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    return client;
  }

  public static WebSocket.Builder builder() {
    return HTTP.newWebSocketBuilder();
  }

  @Override
  public void onOpen(WebSocket opened) {
    if (reads)
      opened.request(1);
  }

  @Override
  public synchronized CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    partial.append(data);
    if (last) {
      messages++;
      for (String envelope : partial.toString().split("\n", -1))
        heard.add(json(envelope));
      partial.setLength(0);
      notifyAll();
    }
    from.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
    from.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onPong(WebSocket from, ByteBuffer message) {
    pong.complete(null);
    from.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    closed.complete(new Closed(code, reason));
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    closed.complete(new Closed(1006, String.valueOf(error)));
  }

  /** Begins to read what a client that did not read has been sent. */
  public void read() {
    socket.request(1);
  }

  public void raw(String text) {
    socket.sendText(text, true).orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  /** Sends it unless the server does not take it within that time; then nothing more can be sent before it does. */
  public boolean offer(String text, int seconds) {
    try {
      socket.sendText(text, true).get(seconds, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException late) {
      return false;
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  public void fragment(String text, boolean last) {
    socket.sendText(text, last).orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  public void binary(byte[] bytes) {
    socket.sendBinary(ByteBuffer.wrap(bytes), true).orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  /** Waits until the server has the connection in its hands: it answers a ping. Once. */
  public void awaitPong() {
    socket.sendPing(ByteBuffer.allocate(0)).orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    pong.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  /** Sends a frame with a new id; does not wait. */
  public int send(String type, String room, String data) {
    int id = ++lastId;
    raw(frame(id, type, room, data));
    return id;
  }

  public static String frame(int id, String type, String room, String data) {
    return "{\"type\":\"" + type + "\",\"id\":" + id + (room == null ? "" : ",\"room\":\"" + room + "\"") + ",\"data\":" + data + "}";
  }

  /** Sends and waits for the answer: the whole ack or error. */
  public JsonNode call(String type, String room, String data) {
    return answer(send(type, room, data));
  }

  /** Waits for the answer to the frame of that id. */
  public JsonNode answer(int id) {
    return await(frame -> frame.path("id").asInt(-1) == id);
  }

  /** The data of the ack, which it must be. */
  public JsonNode ask(String type, String room, String data) {
    JsonNode answer = call(type, room, data);
    if (!answer.path("type").asText().equals("ack"))
      throw new AssertionError("refused: " + answer);
    return answer.path("data");
  }

  public JsonNode join(String room) {
    return ask("room:join", room, "{}");
  }

  public JsonNode say(String room, String content) {
    return ask("message:send", room, "{\"content\":\"" + content + "\"}");
  }

  /** The next frame of that type; what came before it stays. */
  public JsonNode expect(String type) {
    return await(frame -> frame.path("type").asText().equals(type));
  }

  /** Frames of that type that are here now, the server having answered once more. */
  public List<JsonNode> rest(String type) {
    raw("{\"type\":\"heartbeat\",\"data\":{\"at\":" + ++lastId + "}}");
    int mine = lastId;
    await(frame -> frame.path("type").asText().equals("heartbeat") && frame.path("data").path("at").asInt() == mine);
    synchronized (this) {
      List<JsonNode> found = heard.stream().filter(frame -> frame.path("type").asText().equals(type)).toList();
      heard.removeAll(found);
      return found;
    }
  }

  public synchronized JsonNode await(Predicate<JsonNode> wanted) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    int seen = 0;
    while (true) {
      // As long as something comes, what is waited for may stand behind it.
      if (seen < heard.size())
        deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      for (; seen < heard.size(); seen++) {
        if (wanted.test(heard.get(seen)))
          return heard.remove(seen);
      }
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0 || closed.isDone())
        throw new AssertionError("did not come; heard " + heard + (closed.isDone() ? ", closed " + closed.join() : ""));
      try {
        wait(Math.min(left, 50));
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** All that was heard and not yet expected. */
  public synchronized List<JsonNode> heard() {
    return List.copyOf(heard);
  }

  public String subprotocol() {
    return socket.getSubprotocol();
  }

  /** How many WebSocket messages came. */
  public synchronized int messages() {
    return messages;
  }

  public Closed closed() {
    return closed.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  /** Leaves without a word. */
  public void breakOff() {
    socket.abort();
  }

  @Override
  public void close() {
    socket.sendClose(1000, "");
  }

  private static JsonNode json(String text) {
    try {
      return Json.read(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }
}

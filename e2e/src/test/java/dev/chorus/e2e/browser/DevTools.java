package dev.chorus.e2e.browser;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Chromium's remote control: commands with answers, and events, over one WebSocket. A page is a session on it; the empty session is the browser
 * itself.
 */
final class DevTools implements AutoCloseable, WebSocket.Listener {
  private static final long ANSWER_SECONDS = 60;

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
  private final Map<String, Consumer<JsonNode>> listeners = new ConcurrentHashMap<>();
  private final AtomicInteger lastId = new AtomicInteger();
  private final StringBuilder partial = new StringBuilder();
  private final WebSocket socket;

  DevTools(URI address) {
    socket = await(http.newWebSocketBuilder().buildAsync(address, this), "connecting to the browser");
  }

  /** Events of a session go to {@code listener}, on the socket's thread. */
  void listen(String session, Consumer<JsonNode> listener) {
    listeners.put(session, listener);
  }

  /** Sends a command and waits for its result; a refusal is an {@link AssertionError} with the browser's words. */
  JsonNode call(String session, String method, Map<String, ?> parameters) {
    int id = lastId.incrementAndGet();
    ObjectNode command = json.createObjectNode().put("id", id).put("method", method);
    command.set("params", json.valueToTree(parameters));
    if (!session.isEmpty())
      command.put("sessionId", session);
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    synchronized (this) {
      await(socket.sendText(command.toString(), true), method);
    }
    JsonNode result = await(answer, method);
    if (result.has("error"))
      throw new AssertionError(method + ": " + result.path("error").path("message").asText());
    return result.path("result");
  }

  @Override
  public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
    partial.append(data);
    if (last) {
      String message = partial.toString();
      partial.setLength(0);
      receive(message);
    }
    webSocket.request(1);
    return null;
  }

  private void receive(String message) {
    JsonNode node;
    try {
      node = json.readTree(message);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the browser sent something that is not JSON", e);
    }
    if (node.has("id")) {
      CompletableFuture<JsonNode> answer = waiting.remove(node.path("id").asInt());
      if (answer != null)
        answer.complete(node);
    } else {
      listeners.getOrDefault(node.path("sessionId").asText(), event -> {}).accept(node);
    }
  }

  private static <T> T await(CompletableFuture<T> future, String what) {
    try {
      return future.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("the browser did not answer: " + what, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted: " + what, e);
    }
  }

  @Override
  public void close() {
    socket.abort();
    http.shutdownNow();
  }
}

package dev.chorus.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** What clients do in their first minute at a gateway: they meet in a room, write, and let an answer be written, on sockets and over HTTP. Whatever is answered is good. */
final class Visit implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String ROOM = "rehearsal";
  private static final String ASKED = "{\"model\":\"assistant\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Say a word or two.\"}]}";
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final String address;
  private final String token;
  private final List<WebSocket> sockets = new ArrayList<>();
  private int said;

  /** @param address of the gateway: host and port */
  Visit(String address, String token) {
    this.address = address;
    this.token = token;
  }

  void pay() throws IOException, InterruptedException, ExecutionException, TimeoutException {
    BlockingQueue<String> first = new LinkedBlockingQueue<>();
    WebSocket one = connect(first);
    say(one, "room:join", ROOM, Map.of());
    await(first, text -> text.contains("\"ack\""));
    BlockingQueue<String> second = new LinkedBlockingQueue<>();
    WebSocket other = connect(second);
    say(other, "room:join", ROOM, Map.of("acks", true));
    await(second, text -> text.contains("\"ack\""));
    say(one, "typing:start", ROOM, Map.of());
    say(one, "cursor:move", ROOM, Map.of("x", 1, "y", 2));
    say(one, "presence:update", ROOM, Map.of("status", "BUSY"));
    say(one, "message:send", ROOM, Map.of("content", "Is anybody there?", "clientId", "first"));
    await(second, text -> text.contains("Is anybody there?"));
    say(other, "delivery:ack", ROOM, Map.of("seq", 1));
    say(other, "message:read", ROOM, Map.of("seq", 1));
    say(other, "message:history", ROOM, Map.of("limit", 10));
    say(one, "stream:start", ROOM, Map.of("model", "assistant", "messages", List.of(Map.of("role", "user", "content", "Go."))));
    String ended = await(second, text -> text.contains("stream:end"));
    String stream = stream(ended);
    say(one, "stream:attach", null, Map.of("streamId", stream, "after", 0));
    await(first, text -> text.contains("stream:end"));
    get("/api/streams/" + stream);
    get("/api/rooms/" + ROOM + "/messages");
    post("/v1/chat/completions");
    post("/api/ws/stream/sse");
  }

  private WebSocket connect(BlockingQueue<String> heard) throws InterruptedException, ExecutionException, TimeoutException {
    WebSocket socket = client.newWebSocketBuilder().subprotocols("chorus.v1").header("Authorization", "Bearer " + token)
        .buildAsync(URI.create("ws://" + address + "/api/ws/chat"), new Ear(heard)).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    sockets.add(socket);
    return socket;
  }

  private void say(WebSocket socket, String type, String room, Map<String, Object> data)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    var frame = JSON.createObjectNode().put("type", type).put("id", ++said);
    if (room != null)
      frame.put("room", room);
    frame.set("data", JSON.valueToTree(data));
    socket.sendText(JSON.writeValueAsString(frame), true).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static String await(BlockingQueue<String> heard, Predicate<String> wanted) throws InterruptedException, TimeoutException {
    while (true) {
      String text = heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (text == null)
        throw new TimeoutException("nothing came");
      if (wanted.test(text))
        return text;
    }
  }

  /** A message may hold several envelopes, one per line. */
  private static String stream(String message) throws IOException {
    for (String line : message.split("\n", -1)) {
      JsonNode id = JSON.readTree(line).path("data").path("streamId");
      if (id.isTextual())
        return id.textValue();
    }
    return "";
  }

  private void get(String path) throws IOException, InterruptedException {
    client.send(request(path).GET().build(), HttpResponse.BodyHandlers.discarding());
  }

  private void post(String path) throws IOException, InterruptedException {
    client.send(request(path).header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(ASKED)).build(),
        HttpResponse.BodyHandlers.discarding());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + address + path)).timeout(PATIENCE).header("Authorization", "Bearer " + token);
  }

  @Override
  public void close() {
    sockets.forEach(WebSocket::abort);
  }

  /** Puts together what comes in parts. */
  private static final class Ear implements WebSocket.Listener {
    private final BlockingQueue<String> heard;
    private final StringBuilder part = new StringBuilder();

    Ear(BlockingQueue<String> heard) {
      this.heard = heard;
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
      part.append(text);
      if (last) {
        heard.add(part.toString());
        part.setLength(0);
      }
      socket.request(1);
      return null;
    }
  }
}

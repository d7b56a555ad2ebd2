package dev.chorus.bench.floor;

import io.vertx.core.http.ServerWebSocket;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Bare Vert.x with rooms: {@code s:ROOM} joins and is answered by {@code joined}, {@code p:ROOM:text} goes to every socket of the room. */
public final class BareRooms {
  private final Map<String, Set<ServerWebSocket>> rooms = new HashMap<>();

  private BareRooms() {}

  /** Runs until its input ends. */
  public static void main(String[] args) throws Exception {
    BareRooms rooms = new BareRooms();
    var server = Listening.vertx().createHttpServer(Listening.options())
        .webSocketHandler(socket -> socket.textMessageHandler(text -> rooms.text(socket, text)))
        .listen().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    Listening.announce(server.actualPort());
  }

  private void text(ServerWebSocket socket, String text) {
    if (text.startsWith("s:")) {
      Set<ServerWebSocket> room = rooms.computeIfAbsent(text.substring(2), name -> new LinkedHashSet<>());
      room.add(socket);
      socket.closeHandler(closed -> room.remove(socket));
      socket.writeTextMessage("joined");
      return;
    }
    int colon = text.indexOf(':', 2);
    String content = text.substring(colon + 1);
    for (ServerWebSocket each : rooms.getOrDefault(text.substring(2, colon), Set.of()))
      each.writeTextMessage(content);
  }
}

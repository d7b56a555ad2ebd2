package dev.chorus.bench.floor;

import io.vertx.core.http.ServerWebSocket;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Bare Vert.x: each text goes to every socket as a string. No protocol, no check, no bound; what fan-out is measured against. */
public final class BareBroadcast {
  private BareBroadcast() {}

  /** Runs until its input ends. */
  public static void main(String[] args) throws Exception {
    Set<ServerWebSocket> sockets = new LinkedHashSet<>();
    var server = Listening.vertx().createHttpServer(Listening.options()).webSocketHandler(socket -> {
      sockets.add(socket);
      socket.closeHandler(closed -> sockets.remove(socket));
      socket.textMessageHandler(text -> {
        for (ServerWebSocket each : sockets)
          each.writeTextMessage(text);
      });
    }).listen().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    Listening.announce(server.actualPort());
  }
}

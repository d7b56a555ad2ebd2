package dev.chorus.gateway.downlink;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.bus.Addresses;
import dev.chorus.bus.Bus;
import dev.chorus.bus.GatewayMessage.Said;
import dev.chorus.bus.GatewayMessage.Say;
import dev.chorus.bus.NotCarriedOut;
import dev.chorus.cluster.Cluster;
import dev.chorus.cluster.Role;
import dev.chorus.gateway.connection.Connections;
import dev.chorus.gateway.connection.Downlink;
import dev.chorus.gateway.http.Exchange;
import dev.chorus.gateway.http.Route;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.NodeId;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.protocol.Json;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** {@code POST /api/commands}: what clients without a WebSocket say, to whatever gateway; the one that holds their downlink does it. */
public final class CommandsResource {
  private static final Duration ANSWER = Duration.ofSeconds(20);
  private static final int MAX_ENVELOPES = 1_000;
  private final Bus bus;
  private final NodeId self;
  private final Cluster cluster;
  private final Connections connections;

  public CommandsResource(Bus bus, NodeId self, Cluster cluster, Connections connections) {
    this.bus = bus;
    this.self = self;
    this.cluster = cluster;
    this.connections = connections;
  }

  public List<Route> routes() {
    return List.of(Route.of("POST", "/api/commands", this::perform));
  }

  private void perform(Exchange exchange) {
    String connection = exchange.header("Chorus-Connection");
    exchange.body().compose(body -> {
      List<byte[]> envelopes = envelopes(body);
      return connection == null
          ? connections.uplink(exchange.caller()).perform(envelopes)
          : over(new Say(connection, exchange.caller().user(), envelopes));
    }).onSuccess(answers -> answer(exchange, answers)).onFailure(exchange::refuse);
  }

  /** One envelope, on however many lines; or one on each line. */
  private static List<byte[]> envelopes(byte[] body) {
    if (isJson(body))
      return List.of(body);
    List<byte[]> envelopes = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= body.length; i++) {
      if (i < body.length && body[i] != '\n')
        continue;
      int end = i > start && body[i - 1] == '\r' ? i - 1 : i;
      if (end > start)
        envelopes.add(Arrays.copyOfRange(body, start, end));
      start = i + 1;
    }
    if (envelopes.isEmpty())
      throw Problem.badRequest("The body is empty; it is one envelope, or one on each line.").refusal();
    if (envelopes.size() > MAX_ENVELOPES)
      throw Refusal.of(ErrorCode.TOO_LARGE, "These are more than " + MAX_ENVELOPES + " envelopes.");
    return envelopes;
  }

  private static boolean isJson(byte[] body) {
    try {
      return Json.read(body, 0, body.length) instanceof ObjectNode;
    } catch (IOException several) {
      return false;
    }
  }

  private Future<List<byte[]>> over(Say say) {
    NodeId gateway = Downlink.gateway(say.connection()).filter(node -> cluster.members(Role.GATEWAY).contains(node))
        .orElseThrow(() -> unknown().refusal());
    Future<Said> said = gateway.equals(self) ? said(say) : bus.request(Addresses.gateway(gateway), say, Said.class, ANSWER);
    return said.map(Said::answers)
        .recover(failure -> Future.failedFuture(failure instanceof NotCarriedOut ? unknown().refusal() : failure));
  }

  /** The same for a connection of this gateway, for whichever gateway the request came to. */
  public Future<Said> said(Say say) {
    Downlink downlink = connections.downlink(say.connection()).orElseThrow(() -> unknown().refusal());
    if (!downlink.user().equals(say.user()))
      return Future.failedFuture(Refusal.of(ErrorCode.FORBIDDEN, "This connection is another user's."));
    if (downlink.isOverdue())
      return Future.failedFuture(Problem.retryAfter(ErrorCode.RATE_LIMITED, "Read what waits for this connection first.", 1000).refusal());
    return downlink.uplink().perform(say.envelopes()).map(Said::new);
  }

  private static Problem unknown() {
    return Problem.of(ErrorCode.NOT_FOUND, "There is no such connection; open GET /api/sse/events anew.");
  }

  private static void answer(Exchange exchange, List<byte[]> answers) {
    if (exchange.isAnswered())
      return;
    Buffer lines = Buffer.buffer();
    answers.forEach(answer -> lines.appendBytes(answer).appendString("\n"));
    exchange.response().setStatusCode(200).putHeader("Content-Type", "application/x-ndjson").putHeader("Cache-Control", "no-store")
        .end(lines);
  }
}

package dev.chorus.gateway.downlink;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.chorus.gateway.connection.Connections;
import dev.chorus.gateway.connection.Downlink;
import dev.chorus.gateway.http.Exchange;
import dev.chorus.gateway.http.Route;
import dev.chorus.gateway.http.StreamAnswer;
import dev.chorus.gateway.room.Joining;
import dev.chorus.gateway.socket.Tick;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.protocol.Ack;
import dev.chorus.protocol.ClientFrame;
import dev.chorus.protocol.EventCodec;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** {@code GET /api/sse/events}: a connection that only hears. It is answered when its rooms are joined; one that cannot be refuses them all. */
public final class DownlinkResource {
  private static final int MAX_ROOMS = 50;
  private static final int MAX_DEVICE = 128;
  private final Vertx vertx;
  private final Tick tick;
  private final Connections connections;
  private final int maxUnsent;

  /** @param maxUnsent bytes that may be unsent before durable events are held back */
  public DownlinkResource(Vertx vertx, Tick tick, Connections connections, int maxUnsent) {
    this.vertx = vertx;
    this.tick = tick;
    this.connections = connections;
    this.maxUnsent = maxUnsent;
  }

  public List<Route> routes() {
    return List.of(Route.of("GET", "/api/sse/events", this::open));
  }

  private void open(Exchange exchange) {
    if (!exchange.method().equals("GET"))
      throw Problem.badRequest("A downlink is opened with GET.").refusal();
    List<RoomId> rooms = rooms(exchange.query("rooms"));
    String device = exchange.query("device");
    if (device != null && device.length() > MAX_DEVICE)
      throw Refusal.of(ErrorCode.TOO_LARGE, "'device' is longer than " + MAX_DEVICE + " characters.");
    boolean acks = flag(exchange, "acks");
    boolean hidden = flag(exchange, "hidden");
    Places before = before(exchange);
    Form form = Form.accepted(exchange.header("Accept"));
    HttpTransport transport = new HttpTransport(new StreamAnswer(vertx, exchange, form.contentType, form.heartbeat()), form, tick,
        maxUnsent);
    Downlink downlink;
    try {
      downlink = connections.open(transport, exchange.caller(), device);
    } catch (Refusal refused) {
      transport.abandon();
      throw refused;
    }
    Future.join(rooms.stream().map(room -> join(downlink, transport, room, before, hidden, acks)).toList()).onComplete(joined -> {
      if (joined.failed()) {
        transport.abandon();
        exchange.refuse(joined.cause());
      } else if (transport.isClosing()) {
        exchange.refuse(Problem.retryAfter(ErrorCode.UNAVAILABLE, "This node is going away; connect again.", 1000));
      } else {
        transport.begin();
      }
    });
  }

  private static Future<?> join(Downlink downlink, HttpTransport transport, RoomId room, Places before, boolean hidden, boolean acks) {
    OptionalLong after = before == null ? OptionalLong.empty() : before.after(room);
    ClientFrame.Join frame = new ClientFrame.Join(room, after.isPresent() ? after.getAsLong() : null, null, hidden, acks);
    return downlink.join(frame, epoch -> before != null && before.isOf(room, epoch)).onSuccess(joined -> begin(transport, frame, joined));
  }

  private static void begin(HttpTransport transport, ClientFrame.Join frame, Joining.Joined joined) {
    Ack.Joined ack = joined.ack();
    transport.place(ack.room(), ack.epoch(), ack.recovered() ? frame.after() : ack.head());
    transport.sendPlaced(EventCodec.ack(TextNode.valueOf(ack.room().value()), ack));
    joined.begin().run();
  }

  private static List<RoomId> rooms(String names) {
    if (names == null || names.isEmpty())
      return List.of();
    List<RoomId> rooms = Stream.of(names.split(",", -1)).filter(name -> !name.isEmpty()).distinct().map(RoomId::parse).toList();
    if (rooms.size() > MAX_ROOMS)
      throw Refusal.of(ErrorCode.TOO_LARGE, "A downlink has at most " + MAX_ROOMS + " rooms.");
    return rooms;
  }

  private static boolean flag(Exchange exchange, String name) {
    String value = exchange.query(name);
    if (value == null || value.equals("false"))
      return false;
    if (value.equals("true"))
      return true;
    throw Problem.badRequest("'" + name + "' is not true or false.").refusal();
  }

  /** Where the client was: a browser that connects again says it in a header, which is younger than the address. Null when it was nowhere, or in the logs of another server. */
  private static Places before(Exchange exchange) {
    String last = exchange.header("Last-Event-ID");
    if (last != null && !last.isEmpty())
      return Places.of(last).orElse(null);
    String after = exchange.query("after");
    if (after == null || after.isEmpty())
      return null;
    return Places.of(after).orElseThrow(() -> Problem.badRequest("'after' is not a cursor of a downlink.").refusal());
  }
}

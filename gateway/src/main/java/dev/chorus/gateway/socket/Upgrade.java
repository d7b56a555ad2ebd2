package dev.chorus.gateway.socket;

import dev.chorus.gateway.auth.RequestCredential;
import dev.chorus.gateway.config.GatewayConfig;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.protocol.EventCodec;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.Optional;

/**
 * Turns an HTTP request into a {@link Socket}. What is refused here is refused with an HTTP status; a wrong token is not: browsers do not show a page why an upgrade failed,
 * so that connection is opened and closed with its reason.
 */
public final class Upgrade implements Handler<HttpServerRequest> {
  private final ContextInternal context;
  private final GatewayConfig config;
  private final Tick tick;
  private final Door door;
  private final Linger linger;
  private final WebSocketDecoderConfig decoding;

  /** Who decides whether one more may come, and takes it. */
  public interface Door {
    /** Why nobody can be let in now, with the seconds to wait; empty when one can. */
    Optional<Problem> closed();

    /** Whether clients are whom they say they are, without any proof. */
    boolean takesNames();

    /**
     * Takes a new socket, before it reads.
     *
     * @param credential from the request, or null: it comes as the first frame
     */
    SocketListener enter(Socket socket, String credential);
  }

  public Upgrade(ContextInternal context, GatewayConfig config, Tick tick, Door door, Linger linger) {
    this.linger = linger;
    this.context = context;
    this.config = config;
    this.tick = tick;
    this.door = door;
    this.decoding = WebSocketDecoderConfig.newBuilder().maxFramePayloadLength(config.sockets().frameBytes()).expectMaskedFrames(true)
        .allowExtensions(false)
        .closeOnProtocolViolation(false).withUTF8Validator(false).build();
  }

  @Override
  public void handle(HttpServerRequest request) {
    MultiMap headers = request.headers();
    if (!HttpMethod.GET.equals(request.method()) || request.version() != HttpVersion.HTTP_1_1
        || !Handshake.has(headers.getAll("Upgrade"), "websocket")
        || !Handshake.has(headers.getAll("Connection"), "Upgrade") || !"13".equals(headers.get("Sec-WebSocket-Version"))) {
      request.response().putHeader("Upgrade", "websocket").putHeader("Sec-WebSocket-Version", "13");
      refuse(request, 426, Problem.badRequest("This address takes WebSockets of version 13."));
      return;
    }
    if (!Handshake.allowed(headers.get("Origin"), headers.get("Host"), config.allowedOrigins())) {
      refuse(request, 403, Problem.of(ErrorCode.FORBIDDEN, "Pages of this origin may not connect."));
      return;
    }
    if (!RequestCredential.isReadable(request)) {
      refuse(request, 400, Problem.badRequest("The query is not percent-encoded as it should be."));
      return;
    }
    Optional<Problem> closed = door.closed();
    if (closed.isPresent()) {
      long seconds = Math.max(1, (closed.get().retryAfterMs() + 999) / 1000);
      request.response().putHeader("Retry-After", Long.toString(seconds));
      refuse(request, 503, closed.get());
      return;
    }
    Optional<String> accept = Handshake.accept(headers.get("Sec-WebSocket-Key"));
    if (accept.isEmpty())
      refuse(request, 400, Problem.badRequest("Sec-WebSocket-Key is not 16 bytes in base64."));
    else
      switchProtocols(request, accept.get());
  }

  private void switchProtocols(HttpServerRequest request, String accept) {
    List<String> protocols = Handshake.words(request.headers().getAll("Sec-WebSocket-Protocol"));
    String credential = door.takesNames() ? RequestCredential.name(request) : credential(request, protocols);
    HttpServerResponse response = request.response().setStatusCode(101).putHeader("Upgrade", "websocket").putHeader("Connection", "Upgrade")
        .putHeader("Sec-WebSocket-Accept", accept);
    if (protocols.contains(Handshake.PROTOCOL))
      response.putHeader("Sec-WebSocket-Protocol", Handshake.PROTOCOL);
    request.toNetSocket().onSuccess(net -> take(net, credential));
  }

  /** The first that is present counts: header, subprotocol, query. */
  private static String credential(HttpServerRequest request, List<String> protocols) {
    String header = RequestCredential.header(request);
    return header != null ? header : Handshake.bearer(protocols).orElseGet(() -> RequestCredential.query(request));
  }

  private void take(NetSocket net, String credential) {
    Channel channel = ((NetSocketInternal) net).channelHandlerContext().channel();
    if (!channel.isActive())
      return;
    int high = config.sockets().sendBufferBytes();
    channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(high / 4, high));
    Socket socket = new Socket(context, tick, config.sockets().frameBytes(), linger);
    ChannelPipeline pipeline = channel.pipeline();
    // All that Vert.x keeps for HTTP and for its own sockets goes: it would be most of what an idle connection costs.
    pipeline.names().stream().filter(name -> pipeline.get(name) != null).toList().forEach(pipeline::remove);
    pipeline.addLast(new WebSocket13FrameDecoder(decoding), socket);
    socket.listener(door.enter(socket, credential));
    socket.reading(true);
    channel.flush();
  }

  private static void refuse(HttpServerRequest request, int status, Problem problem) {
    request.response().setStatusCode(status).putHeader("Content-Type", "application/json")
        .end(Buffer.buffer(EventCodec.httpError(problem)));
  }
}

package dev.chorus.gateway.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One WebSocket, directly on its channel: an idle one costs little more than the channel, and many sockets share the bytes of one frame. What is written in a tick leaves with
 * one flush; neighbouring envelopes of its own leave in one frame. On the event loop only.
 */
public final class Socket extends ChannelInboundHandlerAdapter implements Transport {
  private final ContextInternal context;
  private final Tick tick;
  private final Inbound inbound;
  private final Consumer<Channel> linger;
  private Channel channel;
  private SocketListener listener;
  /** Envelopes for this socket alone that no frame holds yet; null when there are none. */
  private List<byte[]> own;
  private int ownBytes;
  private boolean dirty;
  /** The listener wants to hear the client. */
  private boolean reading = true;
  /** The client asks on and takes no answers: it is not read from until it does. */
  private boolean heldBack;
  private boolean closing;
  private boolean clean;

  /** @param linger ends a channel when its client has had time to take what was said last */
  Socket(ContextInternal context, Tick tick, int maxMessageBytes, Consumer<Channel> linger) {
    this.context = context;
    this.tick = tick;
    this.linger = linger;
    this.inbound = new Inbound(maxMessageBytes);
  }

  @Override
  public void listener(SocketListener listener) {
    this.listener = listener;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    channel = ctx.channel();
  }

  @Override
  public void send(byte[] envelope) {
    if (closing)
      return;
    if (own == null)
      own = new ArrayList<>(4);
    own.add(envelope);
    ownBytes += envelope.length;
    tick.traffic().sent(1);
    dirty();
    // What no frame holds is not seen by those who ask how much is unsent.
    if (ownBytes >= Framing.PACKED_BYTES)
      sealOwn();
  }

  /** The frame is encoded once for all that are given the very same list in a row. */
  @Override
  public void share(List<byte[]> envelopes) {
    if (closing)
      return;
    sealOwn();
    write(tick.frame(channel.alloc(), envelopes).retainedDuplicate());
    tick.traffic().sent(envelopes.size());
    dirty();
  }

  @Override
  public boolean isBehind() {
    return unsent() > channel.config().getWriteBufferHighWaterMark() / 2;
  }

  @Override
  public boolean isFull() {
    return !channel.isWritable();
  }

  @Override
  public long unsent() {
    var buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }

  @Override
  public long room() {
    return Math.max(0, channel.config().getWriteBufferHighWaterMark() - unsent());
  }

  @Override
  public void afterSent(Runnable then) {
    if (closing)
      return;
    sealOwn();
    channel.write(Unpooled.EMPTY_BUFFER).addListener(sent -> {
      if (sent.isSuccess())
        context.dispatch(then, Runnable::run);
    });
    dirty();
  }

  @Override
  public void ping() {
    if (closing)
      return;
    sealOwn();
    write(Framing.ping(channel.alloc()));
    dirty();
  }

  @Override
  public void close(CloseCode code) {
    close(code.number(), code.reason());
  }

  @Override
  public void close(CloseCode code, long reconnectInMs) {
    close(code.number(), code.reason(reconnectInMs));
  }

  @Override
  public boolean isClosing() {
    return closing;
  }

  @Override
  public void reading(boolean on) {
    reading = on;
    channel.config().setAutoRead(reading && !heldBack);
  }

  /** Entries wait in the log for who is slow, but answers, errors and pongs have nowhere to wait: who goes on asking without taking them would be given all there is. */
  private void holdBack(boolean on) {
    heldBack = on;
    if (!closing)
      reading(reading);
  }

  /** The listener hears of the end at once; the client has a while to take its close frame, since closing over unread bytes could destroy it. */
  private void close(int status, String reason) {
    if (closing)
      return;
    sealOwn();
    closing = true;
    write(Framing.close(channel.alloc(), status, reason));
    channel.flush();
    channel.config().setAutoRead(true);
    linger.accept(channel);
    ended();
  }

  void flush() {
    dirty = false;
    if (!channel.isActive())
      return;
    sealOwn();
    channel.flush();
    if (!heldBack && unsent() > 2L * channel.config().getWriteBufferHighWaterMark())
      holdBack(true);
  }

  private void dirty() {
    if (dirty)
      return;
    dirty = true;
    tick.flushAtEnd(this);
  }

  private void sealOwn() {
    if (own == null)
      return;
    write(Framing.text(channel.alloc(), own));
    own = null;
    ownBytes = 0;
  }

  private void write(ByteBuf frame) {
    channel.write(frame, channel.voidPromise());
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof WebSocketFrame frame)
        context.dispatch(frame, this::frame);
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void frame(WebSocketFrame frame) {
    if (frame instanceof CloseWebSocketFrame close) {
      goodbye(close);
      return;
    }
    if (closing)
      return;
    listener.heard();
    switch (inbound.frame(frame)) {
      case Inbound.Message message -> message.forEach(this::envelope);
      case Inbound.Ping ping -> {
        sealOwn();
        write(Framing.pong(channel.alloc(), ping.payload()));
        dirty();
      }
      case Inbound.Wrong wrong -> close(wrong.code());
      case Inbound.Nothing nothing -> {
      }
    }
  }

  private void envelope(byte[] bytes, int offset, int length) {
    if (closing)
      return;
    tick.traffic().received();
    listener.received(bytes, offset, length);
  }

  private void goodbye(CloseWebSocketFrame frame) {
    int status = frame.statusCode();
    clean = status == WebSocketCloseStatus.NORMAL_CLOSURE.code() || status == WebSocketCloseStatus.ENDPOINT_UNAVAILABLE.code();
    if (!closing) {
      sealOwn();
      closing = true;
      channel.write(Framing.close(channel.alloc(), status, ""));
    }
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    ended();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (!channel.isWritable() || closing)
      return;
    if (heldBack)
      holdBack(false);
    context.dispatch(null, v -> listener.drained());
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closing = true;
    context.dispatch(null, v -> ended());
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof CorruptedWebSocketFrameException corrupted) {
      boolean tooBig = WebSocketCloseStatus.MESSAGE_TOO_BIG.equals(corrupted.closeStatus());
      context.dispatch(tooBig ? CloseCode.TOO_LARGE : CloseCode.PROTOCOL_ERROR, this::close);
    } else {
      channel.close();
    }
  }

  /** Tells the listener once. */
  private void ended() {
    SocketListener told = listener;
    listener = Silence.INSTANCE;
    own = null;
    told.closed(clean);
  }

  /** Hears for a connection that has ended. */
  private enum Silence implements SocketListener {
    INSTANCE;

    @Override
    public void received(byte[] message, int offset, int length) {}

    @Override
    public void heard() {}

    @Override
    public void drained() {}

    @Override
    public void closed(boolean clean) {}
  }
}

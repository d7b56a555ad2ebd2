package dev.chorus.gateway.socket;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.ByteArrayOutputStream;

/** Puts a client's frames together to messages of a bounded size, and messages apart to envelopes. */
final class Inbound {
  private final int maxBytes;
  /** What came of a message in fragments; null when none is under way. */
  private ByteArrayOutputStream fragments;

  Inbound(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** What a frame amounts to. */
  sealed interface Result {}

  /** The end of a fragment, or a pong. */
  record Nothing() implements Result {
    private static final Nothing NOTHING = new Nothing();
  }

  /** @param payload of the frame, valid as long as the frame is */
  record Ping(ByteBuf payload) implements Result {}

  record Wrong(CloseCode code) implements Result {}

  /** A whole message of one or more envelopes. */
  record Message(byte[] bytes) implements Result {
    void forEach(Envelope envelopes) {
      int start = 0;
      for (int i = 0; i <= bytes.length; i++) {
        if (i < bytes.length && bytes[i] != '\n')
          continue;
        // A blank line between envelopes is nothing, but a message of nothing else is an envelope that cannot be read.
        if (i > start || bytes.length == 0)
          envelopes.accept(bytes, start, i - start);
        start = i + 1;
      }
    }
  }

  /** Takes one envelope of a message. */
  interface Envelope {
    void accept(byte[] bytes, int offset, int length);
  }

  Result frame(WebSocketFrame frame) {
    if (frame instanceof PingWebSocketFrame)
      return new Ping(frame.content());
    if (frame instanceof PongWebSocketFrame)
      return Nothing.NOTHING;
    if (frame instanceof BinaryWebSocketFrame)
      return new Wrong(CloseCode.PROTOCOL_ERROR);
    ByteBuf content = frame.content();
    int before = fragments == null ? 0 : fragments.size();
    if (before + content.readableBytes() > maxBytes)
      return new Wrong(CloseCode.TOO_LARGE);
    byte[] bytes = new byte[content.readableBytes()];
    content.getBytes(content.readerIndex(), bytes);
    if (fragments == null && frame.isFinalFragment())
      return new Message(bytes);
    if (fragments == null)
      fragments = new ByteArrayOutputStream(2 * bytes.length);
    fragments.writeBytes(bytes);
    if (!frame.isFinalFragment())
      return Nothing.NOTHING;
    Message whole = new Message(fragments.toByteArray());
    fragments = null;
    return whole;
  }
}

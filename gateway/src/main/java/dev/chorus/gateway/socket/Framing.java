package dev.chorus.gateway.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes frames of a server (RFC 6455, section 5.2; without a mask). Several envelopes share a frame, a newline between them, up to {@value #PACKED_BYTES} bytes: many
 * clients refuse frames over 64 KiB. An envelope that is longer has a frame of its own.
 *
 * <pre>
 *  FIN+opcode | length: 1, 1 + 2 or 1 + 8 bytes | payload
 * </pre>
 */
final class Framing {
  static final int PACKED_BYTES = 32 * 1024;
  private static final int TEXT = 0x81;
  private static final int CLOSE = 0x88;
  private static final int PING = 0x89;
  private static final int PONG = 0x8A;
  private static final int SHORT = 125;
  private static final int MAX_HEADER = 10;

  private Framing() {}

  /** Envelopes as one or more text frames, one behind the other. */
  static ByteBuf text(ByteBufAllocator allocator, List<byte[]> envelopes) {
    int bytes = 0;
    for (byte[] envelope : envelopes)
      bytes += envelope.length + 1;
    ByteBuf out = allocator.directBuffer(bytes + MAX_HEADER * (1 + bytes / PACKED_BYTES * 2));
    int from = 0;
    while (from < envelopes.size()) {
      int to = from + 1;
      int length = envelopes.get(from).length;
      while (to < envelopes.size() && length + 1 + envelopes.get(to).length <= PACKED_BYTES)
        length += 1 + envelopes.get(to++).length;
      header(out, TEXT, length);
      for (int i = from; i < to; i++) {
        if (i > from)
          out.writeByte('\n');
        out.writeBytes(envelopes.get(i));
      }
      from = to;
    }
    return out;
  }

  static ByteBuf ping(ByteBufAllocator allocator) {
    ByteBuf out = allocator.directBuffer(2);
    header(out, PING, 0);
    return out;
  }

  /** @param payload as the ping had it; not consumed */
  static ByteBuf pong(ByteBufAllocator allocator, ByteBuf payload) {
    ByteBuf out = allocator.directBuffer(2 + payload.readableBytes());
    header(out, PONG, payload.readableBytes());
    return out.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
  }

  /** @param status or -1 for none */
  static ByteBuf close(ByteBufAllocator allocator, int status, String reason) {
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    ByteBuf out = allocator.directBuffer(4 + text.length);
    if (status < 0) {
      header(out, CLOSE, 0);
      return out;
    }
    header(out, CLOSE, 2 + text.length);
    return out.writeShort(status).writeBytes(text);
  }

  private static void header(ByteBuf out, int opcode, int length) {
    out.writeByte(opcode);
    if (length <= SHORT) {
      out.writeByte(length);
    } else if (length <= 0xffff) {
      out.writeByte(126).writeShort(length);
    } else {
      out.writeByte(127).writeLong(length);
    }
  }
}

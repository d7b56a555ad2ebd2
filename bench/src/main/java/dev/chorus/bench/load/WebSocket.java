package dev.chorus.bench.load;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The client's side of one WebSocket, as bare as RFC 6455 allows: a fixed key, a mask of zeros, no extension. Texts are handed out where they
 * lie in the read buffer; pings are answered.
 */
public final class WebSocket implements Receiver {
  /** Hears of a socket's life. */
  public interface Listener {
    /** The handshake is done. */
    void opened(WebSocket socket);

    /** A whole text message lies in {@code bytes[from, to)}, valid during the call only. */
    void text(WebSocket socket, byte[] bytes, int from, int to);

    /** The socket is gone, and why: the server's close code and reason, or what the connection said. */
    void closed(WebSocket socket, String reason);
  }

  private static final int CONTINUATION = 0;
  private static final int TEXT = 1;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final int FINAL = 0x80;
  private static final int MASKED = 0x80;

  private final Listener listener;
  private final Link link;
  private final ByteArrayOutputStream parts = new ByteArrayOutputStream(0);
  private boolean open;
  private boolean over;

  /** Connects to {@code path} on a port of this machine; {@code headers} are whole lines. */
  public WebSocket(Loop loop, int port, String path, List<String> headers, Listener listener) throws IOException {
    this.listener = listener;
    this.link = loop.connect(port, this);
    StringBuilder request = new StringBuilder("GET ").append(path).append(" HTTP/1.1\r\nHost: 127.0.0.1:").append(port);
    request.append(
        "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    for (String header : headers)
      request.append(header).append("\r\n");
    link.send(ByteBuffer.wrap(request.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII)));
  }

  /** Sends one text message. */
  public void send(String text) {
    link.send(frame(TEXT, text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Ends the connection at once. */
  public void close() {
    over = true;
    link.close();
  }

  @Override
  public int received(Link from, byte[] bytes, int length) {
    int at = open ? 0 : handshake(bytes, length);
    while (open && !over) {
      int next = frame(bytes, at, length);
      if (next == at)
        break;
      at = next;
    }
    return at;
  }

  @Override
  public void gone(Link from, String reason) {
    if (over)
      return;
    over = true;
    listener.closed(this, reason);
  }

  private int handshake(byte[] bytes, int length) {
    int end = Bytes.indexOf(bytes, 0, length, HEAD_END);
    if (end < 0)
      return 0;
    String head = new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
    if (!head.startsWith("HTTP/1.1 101")) {
      link.end("the upgrade was refused: " + head.lines().findFirst().orElse("nothing"));
      return length;
    }
    open = true;
    listener.opened(this);
    return end + HEAD_END.length;
  }

  private static final byte[] HEAD_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  /** Handles the frame at {@code at}, if it is whole, and says where the next begins. */
  private int frame(byte[] bytes, int at, int length) {
    if (length - at < 2)
      return at;
    long size = bytes[at + 1] & 0x7f;
    int head = size == 126 ? 4 : size == 127 ? 10 : 2;
    if (length - at < head)
      return at;
    if (head > 2)
      size = bigEndian(bytes, at + 2, head - 2);
    if (length - at - head < size)
      return at;
    int from = at + head;
    int to = from + (int) size;
    handle(bytes[at] & 0x0f, (bytes[at] & FINAL) != 0, bytes, from, to);
    return to;
  }

  private void handle(int opcode, boolean last, byte[] bytes, int from, int to) {
    switch (opcode) {
      case TEXT, CONTINUATION -> part(last, bytes, from, to);
      case PING -> link.send(frame(PONG, Arrays.copyOfRange(bytes, from, to)));
      case CLOSE -> link.end(to - from < 2
          ? "closed"
          : bigEndian(bytes, from, 2) + " " + new String(bytes, from + 2, to - from - 2, StandardCharsets.UTF_8));
      default -> {
      }
    }
  }

  private void part(boolean last, byte[] bytes, int from, int to) {
    if (last && parts.size() == 0) {
      listener.text(this, bytes, from, to);
      return;
    }
    parts.write(bytes, from, to - from);
    if (!last)
      return;
    byte[] whole = parts.toByteArray();
    parts.reset();
    listener.text(this, whole, 0, whole.length);
  }

  private static long bigEndian(byte[] bytes, int at, int count) {
    long value = 0;
    for (int i = at; i < at + count; i++)
      value = (value << 8) | (bytes[i] & 0xff);
    return value;
  }

  private static ByteBuffer frame(int opcode, byte[] payload) {
    int size = payload.length;
    ByteBuffer frame = ByteBuffer.allocate(14 + size).put((byte) (FINAL | opcode));
    if (size < 126)
      frame.put((byte) (MASKED | size));
    else if (size < 65536)
      frame.put((byte) (MASKED | 126)).putShort((short) size);
    else
      frame.put((byte) (MASKED | 127)).putLong(size);
    return frame.putInt(0).put(payload).flip();
  }
}

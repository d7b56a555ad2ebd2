package dev.chorus.e2e.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A WebSocket on a plain TCP socket with a small receive buffer, which reads when it is told to and not before: what a viewer is whose machine has gone to sleep. */
public final class StallingViewer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int RECEIVE_BUFFER = 16 * 1024;
  private static final int TIMEOUT_MS = 60_000;
  private static final int TEXT = 0x81;
  private static final int PING = 9;
  private static final int PONG = 0x8a;
  private static final int CLOSE = 8;
  private static final int MASKED = 0x80;
  private final Socket socket;
  private final DataInputStream in;
  private final List<JsonNode> unread = new ArrayList<>();

  private StallingViewer(Socket socket, DataInputStream in) {
    this.socket = socket;
    this.in = in;
  }

  /** Connects and authenticates. */
  public static StallingViewer connect(URI gateway, String token) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setReceiveBufferSize(RECEIVE_BUFFER);
      socket.setSoTimeout(TIMEOUT_MS);
      socket.connect(new InetSocketAddress(gateway.getHost(), gateway.getPort()), TIMEOUT_MS);
      socket.getOutputStream()
          .write(("GET /api/ws/chat HTTP/1.1\r\nHost: " + gateway.getAuthority() + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: chorus.v1\r\nAuthorization: Bearer "
              + token + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), RECEIVE_BUFFER));
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0)
        head.append((char) in.readUnsignedByte());
      if (!head.toString().startsWith("HTTP/1.1 101"))
        throw new IOException("the upgrade was refused: " + head);
      return new StallingViewer(socket, in);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** Sends a frame that nobody waits for. */
  public void say(String type, Map<String, Object> data) throws IOException {
    write(TEXT, JSON.writeValueAsBytes(Map.of("type", type, "id", 1, "data", data)));
  }

  /** Says that it is there; when the server has closed the connection, nobody hears it. */
  public void heartbeat() {
    try {
      say("heartbeat", Map.of("at", 1));
    } catch (IOException closed) {
      // Whoever reads on sees it.
    }
  }

  /**
   * Reads on, up to and with the first envelope that is wanted; fails when nothing comes for a minute.
   *
   * @param read gets what is read
   * @return false when the server has closed the connection before that, as it does with one that takes nothing for half a minute
   */
  public boolean readUntil(List<JsonNode> read, Predicate<JsonNode> wanted) throws IOException {
    while (true) {
      while (!unread.isEmpty()) {
        read.add(unread.removeFirst());
        if (wanted.test(read.getLast()))
          return true;
      }
      try {
        message();
      } catch (SocketTimeoutException silence) {
        throw silence;
      } catch (EOFException | SocketException closed) {
        return false;
      }
    }
  }

  private void message() throws IOException {
    int opcode = in.readUnsignedByte() & 0x0f;
    long size = in.readUnsignedByte();
    if (size == 126)
      size = in.readUnsignedShort();
    else if (size == 127)
      size = in.readLong();
    byte[] payload = new byte[(int) size];
    in.readFully(payload);
    if (opcode == CLOSE)
      throw new EOFException("closed: " + new String(payload, StandardCharsets.UTF_8));
    if (opcode == PING)
      write(PONG, payload);
    if (opcode == 1)
      for (String line : new String(payload, StandardCharsets.UTF_8).split("\n", -1))
        unread.add(JSON.readTree(line));
    else if (opcode == 0)
      throw new IOException("a message in several frames, which the server does not send");
  }

  private void write(int head, byte[] payload) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(8 + payload.length).put((byte) head);
    if (payload.length < 126)
      frame.put((byte) (MASKED | payload.length));
    else
      frame.put((byte) (MASKED | 126)).putShort((short) payload.length);
    frame.putInt(0).put(payload).flip();
    socket.getOutputStream().write(frame.array(), 0, frame.limit());
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

package dev.chorus.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A TCP proxy on the loopback that can do what networks do at the worst moment: let a request through, see its answer come back, drop the answer and break the connection, so
 * that the client cannot know what happened; or be down for a while.
 */
public final class TcpProxy implements AutoCloseable {
  private static final int CHUNK = 64 * 1024;
  private final String host;
  private final int targetPort;
  private final ServerSocket server;
  private final Set<Pair> pairs = ConcurrentHashMap.newKeySet();
  private final AtomicReference<byte[]> marker = new AtomicReference<>();
  private final AtomicInteger cuts = new AtomicInteger();
  private volatile boolean down;

  /** Listens on a free port and passes everything on. */
  public TcpProxy(String host, int targetPort) {
    this.host = host;
    this.targetPort = targetPort;
    try {
      this.server = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    Thread.startVirtualThread(this::accept);
  }

  public int port() {
    return server.getLocalPort();
  }

  /** The next request that holds this text reaches its server, but its answer reaches nobody: the connection breaks instead. */
  public void cutAnswerTo(String text) {
    marker.set(text.getBytes(StandardCharsets.UTF_8));
  }

  /** How many answers were dropped so far. */
  public int cuts() {
    return cuts.get();
  }

  /** Breaks every connection and lets none in. */
  public void down() {
    down = true;
    pairs.forEach(Pair::close);
  }

  /** Lets connections in again. */
  public void up() {
    down = false;
  }

  @Override
  public void close() {
    down();
    quietly(server);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        if (down)
          client.close();
        else
          open(client);
      } catch (IOException closed) {
        // The proxy was closed, or the target is not there: the client sees a broken connection.
      }
    }
  }

  private void open(Socket client) throws IOException {
    Socket target;
    try {
      target = new Socket(host, targetPort);
    } catch (IOException refused) {
      client.close();
      throw refused;
    }
    client.setTcpNoDelay(true);
    target.setTcpNoDelay(true);
    Pair pair = new Pair(client, target);
    pairs.add(pair);
    if (down)
      pair.close();
    Thread.startVirtualThread(() -> pair.pump(client, target, true));
    Thread.startVirtualThread(() -> pair.pump(target, client, false));
  }

  private final class Pair {
    private final Socket client;
    private final Socket target;
    private volatile boolean armed;

    Pair(Socket client, Socket target) {
      this.client = client;
      this.target = target;
    }

    void pump(Socket from, Socket to, boolean request) {
      byte[] chunk = new byte[CHUNK];
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
          if (request && holdsMarker(chunk, length))
            armed = true;
          if (!request && armed) {
            cuts.incrementAndGet();
            break;
          }
          out.write(chunk, 0, length);
        }
      } catch (IOException broken) {
        // One side has gone; the other follows.
      }
      close();
    }

    private boolean holdsMarker(byte[] chunk, int length) {
      byte[] text = marker.get();
      if (text == null)
        return false;
      for (int i = 0; i + text.length <= length; i++) {
        if (Arrays.equals(chunk, i, i + text.length, text, 0, text.length))
          return marker.compareAndSet(text, null);
      }
      return false;
    }

    void close() {
      quietly(client);
      quietly(target);
      pairs.remove(this);
    }
  }

  private static void quietly(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception alreadyGone) {
      // Nothing is left to close.
    }
  }
}

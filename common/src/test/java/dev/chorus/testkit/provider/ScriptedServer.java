package dev.chorus.testkit.provider;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** An HTTP server on a real socket that writes exactly the bytes it is told, one request per connection; its writes really block when nobody reads. */
public final class ScriptedServer implements AutoCloseable {
  /** What to do with one request. */
  public interface Script {
    void answer(Request request, Socket socket, OutputStream out) throws IOException, InterruptedException;
  }

  /**
   * A request that has been read whole.
   *
   * @param head the request line and the headers, as they came
   */
  public record Request(String head, String body) {
    /** Without the query. */
    public String path() {
      return head.split(" ", 3)[1].split("\\?", 2)[0];
    }

    /** The value of a header, or null. */
    public String header(String name) {
      for (String line : head.split("\r\n", -1))
        if (line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
          return line.substring(name.length() + 1).strip();
      return null;
    }
  }

  private final ServerSocket server;
  private final Script script;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  /** Listens on a free port of the loopback. */
  public ScriptedServer(Script script) {
    this.script = script;
    try {
      this.server = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    Thread.startVirtualThread(this::accept);
  }

  public String url() {
    return "http://127.0.0.1:" + server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        sockets.add(socket);
        Thread.startVirtualThread(() -> serve(socket));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      Request request = read(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      script.answer(request, socket, out);
      if (!socket.isClosed())
        out.flush();
    } catch (IOException | InterruptedException gone) {
      // The other side has left, or the test is over.
    } finally {
      sockets.remove(socket);
    }
  }

  private static Request read(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int end = 0;
    while (end < 4) {
      int b = in.read();
      if (b < 0)
        throw new IOException("no request");
      head.write(b);
      end = b == (end % 2 == 0 ? '\r' : '\n') ? end + 1 : b == '\r' ? 1 : 0;
    }
    String text = head.toString(StandardCharsets.UTF_8);
    String lower = text.toLowerCase(Locale.ROOT);
    int at = lower.indexOf("content-length:");
    int length = at < 0 ? 0 : Integer.parseInt(lower.substring(at + 15, lower.indexOf("\r\n", at)).strip());
    return new Request(text, new String(in.readNBytes(length), StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : sockets)
        socket.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}

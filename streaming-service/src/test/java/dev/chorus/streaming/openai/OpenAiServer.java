package dev.chorus.streaming.openai;

import dev.chorus.streaming.provider.Catalogue;
import dev.chorus.streaming.provider.ProviderEntry;
import dev.chorus.streaming.provider.ProviderFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;

/** A provider on a real socket that sends exactly the bytes it is told, with writes that really block when nobody reads. */
public final class OpenAiServer implements AutoCloseable {
  /** What to do with one request, whose head and body have been read. */
  public interface Script {
    void answer(String request, OutputStream out) throws IOException, InterruptedException;
  }

  public static final String STREAM_HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nConnection: close\r\n\r\n";
  private final ServerSocket server;
  private final Script script;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();

  public OpenAiServer(Script script) throws IOException {
    this.script = script;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /** Sends a body and closes the connection. */
  public static OpenAiServer sending(byte[] body) throws IOException {
    return new OpenAiServer((request, out) -> {
      out.write(STREAM_HEAD.getBytes(StandardCharsets.US_ASCII));
      out.write(body);
    });
  }

  public static OpenAiServer answering(int status, String headers, String body) throws IOException {
    String answer = "HTTP/1.1 " + status + " Status\r\nConnection: close\r\nContent-Length: " + body.getBytes(StandardCharsets.UTF_8).length
        + "\r\n" + headers + "\r\n" + body;
    return new OpenAiServer((request, out) -> out.write(answer.getBytes(StandardCharsets.UTF_8)));
  }

  /** One frame of an answer. {@code finish} is JSON: null, or the reason in quotes. */
  public static String chunk(String text, String finish) {
    return "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
        + text + "\"},\"finish_reason\":" + finish + "}]}\n\n";
  }

  public String baseUrl() {
    return "http://127.0.0.1:" + server.getLocalPort() + "/v1";
  }

  /** Heads and bodies of what was asked. */
  public BlockingQueue<String> requests() {
    return requests;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        sockets.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      String request = read(socket.getInputStream());
      requests.add(request);
      OutputStream out = socket.getOutputStream();
      script.answer(request, out);
      out.flush();
    } catch (IOException | InterruptedException gone) {
      // The other side has left, or the test is over.
    } finally {
      sockets.remove(socket);
    }
  }

  private static String read(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0)
        throw new IOException("no request");
      head.append((char) b);
    }
    String lower = head.toString().toLowerCase(java.util.Locale.ROOT);
    int at = lower.indexOf("content-length:");
    int length = at < 0 ? 0 : Integer.parseInt(lower.substring(at + 15, lower.indexOf("\r\n", at)).strip());
    return head + new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : sockets)
        socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** That provider, as a file would name it. */
  static ProviderEntry entry(String baseUrl) {
    String file = "{\"providers\":[{\"name\":\"main\",\"dialect\":\"openai\",\"baseUrl\":\"" + baseUrl
        + "\",\"apiKeyEnv\":\"KEY\",\"headers\":{\"X-Team\":\"chat\"}}],\"models\":[{\"name\":\"*\",\"targets\":[{\"provider\":\"main\"}]}]}";
    Catalogue catalogue = ProviderFile.read(file, name -> Optional.of("secret-key-of-ours")).catalogue();
    return catalogue.providers().get("main");
  }
}

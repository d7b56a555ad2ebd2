package dev.chorus.testkit.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.protocol.Json;
import dev.chorus.testkit.provider.ScriptedServer.Request;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A provider over real HTTP that speaks every dialect, by the path that it is asked at, and fails as it is told. A request whose last message is the assistant's own is gone on
 * from: what that message says of the answer is not said again.
 */
public final class MockProvider implements AutoCloseable {
  private final ScriptedServer server;
  private final Queue<Plan> plans = new ConcurrentLinkedQueue<>();
  private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
  private final AtomicLong written = new AtomicLong();
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile Plan otherwise;

  /** @param otherwise how requests are answered that no plan was made for */
  public MockProvider(Plan otherwise) {
    this.otherwise = otherwise;
    this.server = new ScriptedServer(this::answer);
  }

  /** Without a path, as an Anthropic or Bedrock entry has it; {@link Dialect#entry} knows what each dialect wants. */
  public String url() {
    return server.url();
  }

  /** The next requests, in order. */
  public MockProvider then(Plan... next) {
    plans.addAll(List.of(next));
    return this;
  }

  public void otherwise(Plan plan) {
    otherwise = plan;
  }

  /** What was asked, in order. */
  public BlockingQueue<Request> requests() {
    return requests;
  }

  /** Bytes of answers that the operating system has taken so far: it stands still when nobody reads. */
  public long written() {
    return written.get();
  }

  private void answer(Request request, Socket socket, OutputStream out) throws IOException, InterruptedException {
    Plan planned = plans.poll();
    Plan plan = planned == null ? otherwise : planned;
    requests.add(request);
    if (plan.status() > 0) {
      byte[] body = plan.body().getBytes(StandardCharsets.UTF_8);
      write(out, "HTTP/1.1 " + plan.status() + " Status\r\nConnection: close\r\nContent-Length: " + body.length + "\r\n" + plan.headers()
          + "\r\n");
      out.write(body);
      return;
    }
    Dialect dialect = Dialect.of(request.path());
    if (plan.place() == Place.BEFORE_HEADERS) {
      failAtOnce(plan.fault(), socket, out);
      return;
    }
    write(out, "HTTP/1.1 200 OK\r\nContent-Type: " + dialect.mediaType + "\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
    List<Wire> frames = dialect.frames(plan.answer().after(prefix(request)));
    int sound = plan.fault() == null ? frames.size() : plan.place().framesBefore(frames);
    for (int i = 0; i < sound; i++)
      do {
        chunk(frames.get(i).bytes(), out);
      } while (plan.endless() && frames.get(i).says() == Wire.Says.TEXT);
    if (plan.fault() != null) {
      if (plan.place() == Place.IN_FIRST_CHUNK && plan.fault() != Fault.ERROR && plan.fault() != Fault.MALFORMED)
        chunk(java.util.Arrays.copyOf(frames.get(sound).bytes(), frames.get(sound).bytes().length / 2), out);
      fail(plan.fault(), dialect, socket, out);
    } else {
      write(out, "0\r\n\r\n");
    }
  }

  /** Nothing has been sent yet, so that an error is a status, and what cannot be read is not even HTTP. */
  private void failAtOnce(Fault fault, Socket socket, OutputStream out) throws IOException, InterruptedException {
    switch (fault) {
      case ERROR -> write(out, "HTTP/1.1 500 Error\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      case MALFORMED -> write(out, "Good day\r\n\r\n");
      case END -> socket.close();
      case CUT, RESET, STALL -> fail(fault, null, socket, out);
    }
  }

  private void fail(Fault fault, Dialect dialect, Socket socket, OutputStream out) throws IOException, InterruptedException {
    switch (fault) {
      case END -> write(out, "0\r\n\r\n");
      case CUT -> socket.close();
      case RESET -> {
        socket.setSoLinger(true, 0);
        socket.close();
      }
      case STALL -> over.await();
      case ERROR -> {
        chunk(dialect.error(), out);
        write(out, "0\r\n\r\n");
      }
      case MALFORMED -> {
        chunk(dialect.malformed(), out);
        write(out, "0\r\n\r\n");
      }
    }
  }

  private void chunk(byte[] bytes, OutputStream out) throws IOException {
    write(out, Integer.toHexString(bytes.length) + "\r\n");
    out.write(bytes);
    write(out, "\r\n");
    written.addAndGet(bytes.length);
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** What of the answer the request has already; empty when it is to begin. */
  private static String prefix(Request request) {
    try {
      JsonNode messages = Json.read(request.body()).path("messages");
      JsonNode last = messages.path(messages.size() - 1);
      JsonNode content = last.path("content");
      return !last.path("role").asText("").equals("assistant")
          ? ""
          : content.isTextual() ? content.textValue() : content.path(0).path("text").asText("");
    } catch (JsonProcessingException notJson) {
      return "";
    }
  }

  @Override
  public void close() {
    over.countDown();
    server.close();
  }
}

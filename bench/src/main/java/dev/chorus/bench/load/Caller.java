package dev.chorus.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** One keep-alive connection that asks for one streamed answer after the other and times each of its tokens. */
final class Caller implements Receiver, StreamedAnswer.Reader, Marker.Sink {
  private static final byte[] DONE = "data: [DONE]".getBytes(StandardCharsets.US_ASCII);
  private static final int TEXT_BYTES = 1 << 16;
  private final Link link;
  private final byte[] request;
  private final int tokens;
  private final TokenTally tally;
  private final StreamedAnswer answer = new StreamedAnswer(this, TEXT_BYTES);
  private boolean asking;
  private boolean sawDone;
  private int received;
  private long askedAt;
  private long now;
  private boolean stopping;

  /** A caller at a port of this machine; {@code header} is a whole line with its end, or empty. */
  Caller(Loop loop, int port, String header, int tokens, TokenTally tally) throws IOException {
    this.tokens = tokens;
    this.tally = tally;
    this.link = loop.connect(port, this);
    String body = "{\"model\":\"mock\",\"stream\":true,\"max_tokens\":" + tokens
        + ",\"messages\":[{\"role\":\"user\",\"content\":\"Say something.\"}]}";
    this.request = ("POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n" + header
        + "Content-Type: application/json\r\nAccept: text/event-stream\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  void ask() {
    asking = true;
    sawDone = false;
    received = 0;
    answer.reset();
    askedAt = System.nanoTime();
    link.send(ByteBuffer.wrap(request));
  }

  /** Asks no more when the present answer has ended. */
  void stop() {
    stopping = true;
  }

  boolean resting() {
    return !asking;
  }

  void close() {
    link.close();
  }

  @Override
  public int received(Link from, byte[] bytes, int length) {
    now = System.nanoTime();
    int taken = answer.received(bytes, length);
    if (answer.done())
      answered();
    return taken;
  }

  @Override
  public void refused(String reason) {
    tally.failed(reason);
    asking = false;
    link.close();
  }

  @Override
  public void lines(byte[] text, int end) {
    Marker.scan(text, 0, end, this);
    if (Bytes.indexOf(text, 0, end, DONE) >= 0)
      sawDone = true;
  }

  @Override
  public void gone(Link from, String reason) {
    asking = false;
    tally.failed(reason);
  }

  @Override
  public void marker(byte[] bytes, int from, int at, long nanos, int room) {
    if (received++ == 0)
      tally.firstToken(now - askedAt);
    tally.token(now - nanos);
  }

  private void answered() {
    asking = false;
    tally.answered(tokens - received, sawDone);
    if (!stopping)
      ask();
  }
}

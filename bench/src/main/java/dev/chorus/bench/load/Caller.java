package dev.chorus.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** One keep-alive connection that asks for one streamed answer after the other and times each of its tokens. */
final class Caller implements Receiver, Marker.Sink {
  private static final byte[] HEAD_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DONE = "data: [DONE]".getBytes(StandardCharsets.US_ASCII);
  private static final int TEXT_BYTES = 1 << 16;
  private final Link link;
  private final byte[] request;
  private final int tokens;
  private final TokenTally tally;
  private final Dechunker dechunker = new Dechunker();
  private byte[] text = new byte[TEXT_BYTES];
  private int kept;
  private boolean asking;
  private boolean head;
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
    head = true;
    sawDone = false;
    received = 0;
    kept = 0;
    dechunker.reset();
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
    int begin = 0;
    if (head) {
      int end = Bytes.indexOf(bytes, 0, length, HEAD_END);
      if (end < 0)
        return 0;
      if (!status(bytes, end, length))
        return length;
      begin = end + HEAD_END.length;
    }
    if (text.length < kept + length)
      text = Arrays.copyOf(text, kept + length);
    int end = dechunker.take(bytes, begin, length, text, kept);
    lines(end);
    if (dechunker.done())
      answered();
    return length;
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

  private boolean status(byte[] bytes, int end, int length) {
    head = false;
    String answer = new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
    if (answer.startsWith("HTTP/1.1 200") && answer.toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked"))
      return true;
    tally.failed(new String(bytes, 0, Math.min(length, end + 300), StandardCharsets.UTF_8).replaceAll("\\s+", " "));
    asking = false;
    link.close();
    return false;
  }

  /** Reads the whole lines of what was collected and keeps the rest of the last one: a read may end within a marker. */
  private void lines(int end) {
    int whole = end;
    while (whole > 0 && text[whole - 1] != '\n')
      whole--;
    Marker.scan(text, 0, whole, this);
    if (Bytes.indexOf(text, 0, whole, DONE) >= 0)
      sawDone = true;
    kept = end - whole;
    System.arraycopy(text, whole, text, 0, kept);
  }

  private void answered() {
    asking = false;
    tally.answered(tokens - received, sawDone);
    if (!stopping)
      ask();
  }
}

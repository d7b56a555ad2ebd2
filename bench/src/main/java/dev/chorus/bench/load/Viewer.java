package dev.chorus.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** One connection that asks for one long answer and checks every byte of its text; what stands around the text is skipped. */
final class Viewer implements Receiver {
  private static final byte[] HEAD_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int SMALL_BUFFER = 4096;
  private static final int TEXT_BYTES = 1 << 12;
  private static final int SHOWN_BYTES = 300;
  private final AudienceTally tally;
  private final boolean slow;
  private final RecitalReader recital;
  private final byte[] sign;
  private final int tokens;
  private final Link link;
  private final Dechunker dechunker = new Dechunker();
  private byte[] text = new byte[TEXT_BYTES];
  private int kept;
  private boolean head = true;
  private boolean over;
  private long now;

  Viewer(Loop loop, int port, Show show, int number, AudienceTally tally) throws IOException {
    this.tally = tally;
    this.slow = show.isSlow(number);
    this.recital = new RecitalReader(show.recital(number), due -> {
      if (!slow)
        tally.delay(now - due);
    });
    this.sign = show.sign().getBytes(StandardCharsets.US_ASCII);
    this.tokens = show.tokens();
    this.link = loop.connect(port, this, slow ? SMALL_BUFFER : 0);
    link.send(ByteBuffer.wrap(show.request(number, port)));
  }

  /** Reads so many bytes more, if it is the slow one. */
  void allow(int bytes) {
    if (slow && !over)
      link.allow(bytes);
  }

  void close() {
    over = true;
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
    lines(dechunker.take(bytes, begin, length, text, kept));
    if (slow)
      tally.slowRead(length);
    if (dechunker.done() && !over)
      ended();
    return length;
  }

  private boolean status(byte[] bytes, int end, int length) {
    head = false;
    String answer = new String(bytes, 0, end, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    if (answer.startsWith("http/1.1 200") && answer.contains("transfer-encoding: chunked"))
      return true;
    fail(new String(bytes, 0, Math.min(length, end + SHOWN_BYTES), StandardCharsets.UTF_8).replaceAll("\\s+", " "));
    return false;
  }

  /** Reads the whole lines of what was collected and keeps the rest of the last one. */
  private void lines(int end) {
    int before = recital.tokens();
    int line = 0;
    for (int i = kept; i < end; i++) {
      if (text[i] != '\n')
        continue;
      line(line, i);
      line = i + 1;
    }
    kept = end - line;
    System.arraycopy(text, line, text, 0, kept);
    if (!slow)
      tally.tokens(recital.tokens() - before);
    if (recital.isWrong() && !over)
      fail("behind token " + recital.tokens() + " came another text than the provider's");
  }

  private void line(int from, int to) {
    int found = Bytes.indexOf(text, from, to, sign);
    if (found < 0)
      return;
    int begin = found + sign.length;
    int end = begin;
    while (end < to && text[end] != '"')
      end++;
    if (end > begin && !slow)
      tally.portion();
    recital.feed(text, begin, end);
  }

  private void ended() {
    over = true;
    link.close();
    if (recital.tokens() == tokens)
      tally.ended();
    else
      tally.failed("an answer ended behind " + recital.tokens() + " of " + tokens + " tokens");
  }

  private void fail(String reason) {
    close();
    tally.failed(reason);
  }

  @Override
  public void gone(Link from, String reason) {
    if (over)
      return;
    over = true;
    tally.failed("behind " + recital.tokens() + " tokens: " + reason);
  }
}

package dev.chorus.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** One connection that asks for one long answer and checks every byte of its text; what stands around the text is skipped. */
final class Viewer implements Receiver, StreamedAnswer.Reader {
  private static final int SMALL_BUFFER = 4096;
  private static final int TEXT_BYTES = 1 << 12;
  private final AudienceTally tally;
  private final boolean slow;
  private final RecitalReader recital;
  private final byte[] sign;
  private final int tokens;
  private final Link link;
  private final StreamedAnswer answer = new StreamedAnswer(this, TEXT_BYTES);
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
    int taken = answer.received(bytes, length);
    if (taken == 0 || over)
      return taken;
    if (slow)
      tally.slowRead(length);
    if (answer.done())
      ended();
    return taken;
  }

  @Override
  public void refused(String reason) {
    fail(reason);
  }

  @Override
  public void lines(byte[] text, int end) {
    int before = recital.tokens();
    int line = 0;
    for (int i = 0; i < end; i++) {
      if (text[i] != '\n')
        continue;
      line(text, line, i);
      line = i + 1;
    }
    if (!slow)
      tally.tokens(recital.tokens() - before);
    if (recital.isWrong() && !over)
      fail("behind token " + recital.tokens() + " came another text than the provider's");
  }

  private void line(byte[] text, int from, int to) {
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

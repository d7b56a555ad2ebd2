package dev.chorus.bench.load;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** One answer in chunked encoding as it comes over a connection: its head is judged, its body is handed on by whole lines. Used again for the next one after {@link #reset}. */
final class StreamedAnswer {
  private static final byte[] HEAD_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int SHOWN_BYTES = 300;
  private final Reader reader;
  private final Dechunker dechunker = new Dechunker();
  private byte[] text;
  private int kept;
  private boolean head = true;

  /** Who reads it. */
  interface Reader {
    /** Whole lines of the body, up to {@code end}; the bytes are used again afterwards. */
    void lines(byte[] text, int end);

    /** It is not a streamed answer with status 200. */
    void refused(String answer);
  }

  /** @param textBytes that are likely to come at once */
  StreamedAnswer(Reader reader, int textBytes) {
    this.reader = reader;
    this.text = new byte[textBytes];
  }

  void reset() {
    head = true;
    kept = 0;
    dechunker.reset();
  }

  boolean done() {
    return dechunker.done();
  }

  /** As {@link Receiver#received}: how many of the bytes were taken. */
  int received(byte[] bytes, int length) {
    int begin = 0;
    if (head) {
      int end = Bytes.indexOf(bytes, 0, length, HEAD_END);
      if (end < 0)
        return 0;
      head = false;
      if (!isStreamed(bytes, end)) {
        reader.refused(new String(bytes, 0, Math.min(length, end + SHOWN_BYTES), StandardCharsets.UTF_8).replaceAll("\\s+", " "));
        return length;
      }
      begin = end + HEAD_END.length;
    }
    if (text.length < kept + length)
      text = Arrays.copyOf(text, kept + length);
    lines(dechunker.take(bytes, begin, length, text, kept));
    return length;
  }

  private static boolean isStreamed(byte[] bytes, int end) {
    String head = new String(bytes, 0, end, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    return head.startsWith("http/1.1 200") && head.contains("transfer-encoding: chunked");
  }

  /** The rest of the last line is kept: a read may end anywhere. */
  private void lines(int end) {
    int whole = end;
    while (whole > 0 && text[whole - 1] != '\n')
      whole--;
    reader.lines(text, whole);
    kept = end - whole;
    System.arraycopy(text, whole, text, 0, kept);
  }
}

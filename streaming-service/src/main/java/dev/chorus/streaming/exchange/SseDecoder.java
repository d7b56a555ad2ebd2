package dev.chorus.streaming.exchange;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns bytes, cut anywhere, into the data of server-sent events (WHATWG HTML, section 9.2.6): lines end in LF, CR or CRLF, several data lines of one event are joined by LF,
 * comments and other fields are left out, an event that its blank line does not end is none. A line is decoded when it is whole, so a character may be cut too.
 */
final class SseDecoder {
  private static final byte[] BOM = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
  private final int maxBytes;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream(512);
  private StringBuilder data;
  private boolean afterCr;
  private boolean first = true;

  /** @param maxBytes of one line and of the data of one event; beyond it {@link TooLarge} is thrown */
  SseDecoder(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** An event or line that is longer than anything a provider sends. */
  static final class TooLarge extends Exception {
    private static final long serialVersionUID = 1L;

    TooLarge() {
      super("a server-sent event is too large", null, false, false);
    }
  }

  /** The events that these bytes complete, in order. */
  List<String> feed(byte[] bytes) throws TooLarge {
    List<String> events = new ArrayList<>(2);
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      byte b = bytes[i];
      if (b == '\n' && afterCr) {
        // The second half of CRLF: its line has ended already.
        afterCr = false;
        start = i + 1;
        continue;
      }
      afterCr = b == '\r';
      if (b != '\n' && b != '\r')
        continue;
      line.write(bytes, start, i - start);
      start = i + 1;
      lineEnded(events);
    }
    line.write(bytes, start, bytes.length - start);
    if (line.size() > maxBytes)
      throw new TooLarge();
    return events;
  }

  private void lineEnded(List<String> events) throws TooLarge {
    byte[] bytes = line.toByteArray();
    line.reset();
    int from = first && startsWithBom(bytes) ? BOM.length : 0;
    first = false;
    if (bytes.length == from) {
      if (data != null)
        events.add(data.toString());
      data = null;
      return;
    }
    String text = new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
    if (!text.startsWith("data") || (text.length() > 4 && text.charAt(4) != ':'))
      return;
    int value = text.length() > 5 && text.charAt(5) == ' ' ? 6 : Math.min(5, text.length());
    if (data == null)
      data = new StringBuilder(text.length());
    else
      data.append('\n');
    data.append(text, value, text.length());
    if (data.length() > maxBytes)
      throw new TooLarge();
  }

  private static boolean startsWithBom(byte[] bytes) {
    return bytes.length >= BOM.length && bytes[0] == BOM[0] && bytes[1] == BOM[1] && bytes[2] == BOM[2];
  }
}

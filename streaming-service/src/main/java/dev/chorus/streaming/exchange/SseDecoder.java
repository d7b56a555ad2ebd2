package dev.chorus.streaming.exchange;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Turns bytes, cut anywhere, into the data of server-sent events (WHATWG HTML, section 9.2.6): lines end in LF, CR or CRLF, several data lines of one event are joined by LF,
 * comments and other fields are left out, an event that its blank line does not end is none. A line is decoded when it is whole, so a character may be cut too.
 */
final class SseDecoder {
  private static final byte[] BOM = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
  private static final byte[] FIELD = {'d', 'a', 't', 'a'};
  private final int maxBytes;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream(512);
  /** Of the event so far, or null; its lines after the first are in {@code more}. */
  private String data;
  private final StringBuilder more = new StringBuilder(0);
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
      if (line.size() == 0) {
        lineEnded(bytes, start, i, events);
      } else {
        line.write(bytes, start, i - start);
        byte[] whole = line.toByteArray();
        line.reset();
        lineEnded(whole, 0, whole.length, events);
      }
      start = i + 1;
    }
    line.write(bytes, start, bytes.length - start);
    if (line.size() > maxBytes)
      throw new TooLarge();
    return events;
  }

  private void lineEnded(byte[] bytes, int start, int end, List<String> events) throws TooLarge {
    int from = first && startsWithBom(bytes, start, end) ? start + BOM.length : start;
    first = false;
    if (from == end)
      eventEnded(events);
    else if (isData(bytes, from, end))
      add(new String(bytes, valueAt(bytes, from, end), end - valueAt(bytes, from, end), StandardCharsets.UTF_8));
  }

  private void eventEnded(List<String> events) {
    if (data != null)
      events.add(more.isEmpty() ? data : data + more);
    data = null;
    more.setLength(0);
  }

  private void add(String value) throws TooLarge {
    if (data == null)
      data = value;
    else
      more.append('\n').append(value);
    if (data.length() + more.length() > maxBytes)
      throw new TooLarge();
  }

  private static boolean isData(byte[] bytes, int from, int end) {
    for (int i = 0; i < FIELD.length; i++)
      if (from + i >= end || bytes[from + i] != FIELD[i])
        return false;
    return from + FIELD.length == end || bytes[from + FIELD.length] == ':';
  }

  /** Behind the colon, and one space if there is any. */
  private static int valueAt(byte[] bytes, int from, int end) {
    int value = Math.min(end, from + FIELD.length + 1);
    return value < end && bytes[value] == ' ' ? value + 1 : value;
  }

  private static boolean startsWithBom(byte[] bytes, int start, int end) {
    return end - start >= BOM.length && Arrays.equals(bytes, start, start + BOM.length, BOM, 0, BOM.length);
  }
}

package dev.chorus.streaming.bedrock;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import software.amazon.eventstream.Message;

/**
 * Cuts bytes into event-stream frames. The SDK reads a frame and checks it; its own cutter holds two megabytes for each answer from the start, this one what has come of a frame.
 *
 * <pre>
 * total length 4 | headers length 4 | CRC-32 of these eight 4 | headers | payload | CRC-32 of all before it 4
 * </pre>
 */
final class EventFrames {
  private static final int PRELUDE = 12;
  private static final int LENGTHS = 8;
  private static final int SMALLEST = 16;
  private static final int LARGEST = 8 * 1024 * 1024;
  private static final byte[] NOTHING = {};
  private byte[] held = NOTHING;

  /** A frame whose length or checksum cannot be right; nothing behind it can be read. */
  static final class Damaged extends Exception {
    private static final long serialVersionUID = 1L;

    Damaged() {
      super("a frame is damaged", null, false, false);
    }
  }

  /** Tells the frames that these bytes complete, in order. */
  void feed(byte[] bytes, Consumer<Message> frames) throws Damaged {
    byte[] all = bytes;
    if (held.length > 0) {
      all = Arrays.copyOf(held, held.length + bytes.length);
      System.arraycopy(bytes, 0, all, held.length, bytes.length);
      held = NOTHING;
    }
    int from = 0;
    while (all.length - from >= PRELUDE) {
      int length = length(all, from);
      if (all.length - from < length)
        break;
      frames.accept(frame(all, from, length));
      from += length;
    }
    held = from == all.length ? NOTHING : Arrays.copyOfRange(all, from, all.length);
  }

  /** Of the whole frame; trusted only when its own checksum holds, since one would wait for a wrong length for ever. */
  private static int length(byte[] bytes, int from) throws Damaged {
    CRC32 crc = new CRC32();
    crc.update(bytes, from, LENGTHS);
    ByteBuffer prelude = ByteBuffer.wrap(bytes, from, PRELUDE);
    int length = prelude.getInt();
    prelude.getInt();
    if ((int) crc.getValue() != prelude.getInt() || length < SMALLEST || length > LARGEST)
      throw new Damaged();
    return length;
  }

  private static Message frame(byte[] bytes, int from, int length) throws Damaged {
    try {
      return Message.decode(ByteBuffer.wrap(bytes, from, length).slice());
    } catch (RuntimeException wrongChecksumOrHeader) {
      throw new Damaged();
    }
  }
}

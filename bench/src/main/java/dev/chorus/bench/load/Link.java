package dev.chorus.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Arrays;

/** One TCP connection of a {@link Loop}. What the server does not take yet waits, up to a bound. */
public final class Link {
  private static final int MAX_WAITING = 4096;
  private final SocketChannel channel;
  private final SelectionKey key;
  private final Receiver receiver;
  private final ArrayDeque<ByteBuffer> waiting = new ArrayDeque<>(2);
  private byte[] carry = new byte[0];
  private int carried;
  /** Bytes that may still be read. */
  private int allowance = Integer.MAX_VALUE;

  Link(SocketChannel channel, SelectionKey key, Receiver receiver) {
    this.channel = channel;
    this.key = key;
    this.receiver = receiver;
  }

  /** Writes, or keeps for later what does not fit; more than the bound ends the connection, since a load run must not hide that it is behind. */
  public void send(ByteBuffer bytes) {
    try {
      if (waiting.isEmpty()) {
        channel.write(bytes);
        if (!bytes.hasRemaining())
          return;
        key.interestOps(reading() | SelectionKey.OP_WRITE);
      }
      if (waiting.size() == MAX_WAITING)
        throw new IOException("the server takes nothing more");
      waiting.add(bytes);
    } catch (IOException e) {
      end(e.getMessage());
    }
  }

  /** Ends the connection without a word to the receiver. */
  public void close() {
    key.cancel();
    try {
      channel.close();
    } catch (IOException e) {
      // It is closed as far as we are concerned.
    }
  }

  void flush() throws IOException {
    while (!waiting.isEmpty()) {
      channel.write(waiting.peek());
      if (waiting.peek().hasRemaining())
        return;
      waiting.poll();
    }
    key.interestOps(reading());
  }

  /** So many bytes are read from now on, then none until this is said again. */
  public void allow(int bytes) {
    allowance = bytes;
    if (key.isValid())
      key.interestOps(reading() | (waiting.isEmpty() ? 0 : SelectionKey.OP_WRITE));
  }

  private int reading() {
    return allowance > 0 ? SelectionKey.OP_READ : 0;
  }

  /** Reads once into {@code work}, behind what the receiver left over before. */
  void read(byte[] work, ByteBuffer view) throws IOException {
    System.arraycopy(carry, 0, work, 0, carried);
    view.clear().position(carried).limit((int) Math.min(view.capacity(), (long) carried + allowance));
    int count = channel.read(view);
    if (count < 0) {
      end("the server closed the connection");
      return;
    }
    if (count == 0)
      return;
    if (allowance < Integer.MAX_VALUE)
      allow(allowance - count);
    int length = carried + count;
    int taken = receiver.received(this, work, length);
    carried = length - taken;
    if (carried == work.length)
      throw new IOException("a message longer than " + work.length + " bytes");
    if (carry.length < carried)
      carry = Arrays.copyOf(carry, Math.max(carried, 256));
    System.arraycopy(work, taken, carry, 0, carried);
  }

  void end(String reason) {
    close();
    receiver.gone(this, reason);
  }
}

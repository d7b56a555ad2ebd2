package dev.chorus.bench.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The load generator's one thread: all connections of all servers under one selector, so that the server that rests in a turn still
 * gets its pongs. It reads into one array and allocates nothing per message received.
 */
public final class Loop implements AutoCloseable {
  private static final int CONNECT_TIMEOUT_MS = 5_000;
  private static final int PORTS_PER_SOURCE = 4_000;
  private final Selector selector;
  private final byte[] work = new byte[1 << 21];
  private final ByteBuffer view = ByteBuffer.wrap(work);
  private int connections;

  /** Opens the selector. */
  public Loop() throws IOException {
    selector = Selector.open();
  }

  /**
   * Connects to a port of this machine. Source addresses within 127.0.0.0/8 change every few thousand connections: the ports of an earlier
   * run are in TIME_WAIT, and the search for a free one gets slow.
   */
  public Link connect(int port, Receiver receiver) throws IOException {
    return connect(port, receiver, 0);
  }

  /** @param receiveBuffer bytes that the system takes for a reader who does not read; 0: as many as it likes */
  Link connect(int port, Receiver receiver, int receiveBuffer) throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      if (receiveBuffer > 0)
        channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      int source = 1 + connections++ / PORTS_PER_SOURCE;
      channel.bind(new InetSocketAddress("127.0." + source / 250 + "." + (1 + source % 250), 0));
      channel.socket().connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_TIMEOUT_MS);
      channel.configureBlocking(false);
      SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
      Link link = new Link(channel, key, receiver);
      key.attach(link);
      return link;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Serves whatever is ready; waits for it up to {@code millis}. */
  public void poll(long millis) throws IOException {
    if (millis == 0)
      selector.selectNow(this::serve);
    else
      selector.select(this::serve, millis);
  }

  private void serve(SelectionKey key) {
    Link link = (Link) key.attachment();
    try {
      if (key.isValid() && key.isWritable())
        link.flush();
      if (key.isValid() && key.isReadable())
        link.read(work, view);
    } catch (IOException e) {
      link.end(e.getMessage());
    }
  }

  /** Serves until the condition holds; says whether it did within the time. */
  public boolean until(BooleanSupplier condition, double seconds) throws IOException {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end)
        return false;
      poll(5);
    }
    return true;
  }

  /** Serves for a while, so that what was set off can settle. */
  public void rest(double seconds) throws IOException {
    until(() -> false, seconds);
  }

  /** Closes every connection. */
  @Override
  public void close() throws IOException {
    for (SelectionKey key : List.copyOf(selector.keys()))
      if (key.attachment() instanceof Link link)
        link.close();
    selector.close();
  }
}

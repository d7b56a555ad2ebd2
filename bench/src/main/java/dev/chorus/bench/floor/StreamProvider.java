package dev.chorus.bench.floor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * A provider for a thousand answers at once that costs little: one thread over {@code java.nio} that writes each token by itself when it is due, 50 a second in each answer
 * (OpenAI's streamed chat completions). Who does not read makes it wait; then its tokens are as old as if it had not.
 */
public final class StreamProvider {
  private static final int BACKLOG = 4096;
  private static final long MILLI = 1_000_000;
  private static final long IDLE_MS = 1_000;
  private final Selector selector;
  private final ServerSocketChannel server;
  private final PriorityQueue<Narration> agenda = new PriorityQueue<>(Comparator.comparingLong(Narration::dueAt));
  private final ByteBuffer work = ByteBuffer.allocateDirect(1 << 16);

  /** Listens on a free port of this machine. */
  public StreamProvider() throws IOException {
    selector = Selector.open();
    server = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
    server.configureBlocking(false);
    server.register(selector, SelectionKey.OP_ACCEPT);
  }

  /** Runs until its input ends. */
  public static void main(String[] args) throws IOException {
    StreamProvider provider = new StreamProvider();
    provider.start();
    Listening.announce(provider.port());
  }

  /** Where it listens. */
  public int port() {
    return server.socket().getLocalPort();
  }

  /** Serves on a thread of its own, which does not keep the process alive. */
  public void start() {
    Thread.ofPlatform().daemon().name("provider").start(this::serve);
  }

  private void serve() {
    try {
      while (server.isOpen()) {
        speak();
        Narration next = agenda.peek();
        // Tokens of the same millisecond are written in one go: a timer finer than that would cost more than they do.
        long wait = next == null ? IDLE_MS : Math.max(1, (next.dueAt() - System.nanoTime()) / MILLI);
        selector.select(this::serve, wait);
      }
    } catch (IOException e) {
      throw new IllegalStateException("the provider cannot go on", e);
    }
  }

  private void speak() {
    long now = System.nanoTime();
    while (!agenda.isEmpty() && agenda.peek().dueAt() <= now) {
      Narration narration = agenda.poll();
      narration.speak(now, work);
      if (narration.hasMore())
        agenda.add(narration);
    }
  }

  private void serve(SelectionKey key) {
    try {
      if (key.isAcceptable()) {
        accept();
        return;
      }
      Narration narration = (Narration) key.attachment();
      boolean waits = !narration.hasMore();
      if (key.isValid() && key.isWritable())
        narration.flush();
      if (key.isValid() && key.isReadable())
        narration.read(work);
      if (waits && narration.hasMore())
        agenda.add(narration);
    } catch (IOException e) {
      throw new IllegalStateException("the provider cannot take connections", e);
    }
  }

  private void accept() throws IOException {
    for (SocketChannel channel = server.accept(); channel != null; channel = server.accept()) {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
      key.attach(new Narration(channel, key));
    }
  }
}

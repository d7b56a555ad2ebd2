package dev.chorus.gateway.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.List;

/**
 * The end of a turn of the event loop: what gathered in it is sent on in one go. First the tasks run (rooms write their entries, batches leave for their owners), then every
 * socket that was written to is flushed, once. When nothing is going on it adds no delay: the turn ends at once.
 */
public final class Tick {
  private final Context context;
  private List<Runnable> tasks = new ArrayList<>();
  private List<Socket> sockets = new ArrayList<>();
  private boolean scheduled;
  private List<byte[]> framed;
  private ByteBuf frame;
  private final Traffic traffic = new Traffic();

  public Tick(Context context) {
    this.context = context;
  }

  /** What has come and gone over all sockets of this tick. */
  public Traffic traffic() {
    return traffic;
  }

  /** Runs it at the end of this turn; the caller sees to it that it asks once. */
  public void atEnd(Runnable task) {
    tasks.add(task);
    schedule();
  }

  void flushAtEnd(Socket socket) {
    sockets.add(socket);
    schedule();
  }

  /** The frames of these envelopes, encoded once for all sockets that get the very same list in a row. The caller retains what it keeps. */
  ByteBuf frame(ByteBufAllocator allocator, List<byte[]> envelopes) {
    if (framed != envelopes) {
      dropFrame();
      frame = Framing.text(allocator, envelopes);
      framed = envelopes;
    }
    return frame;
  }

  private void schedule() {
    if (scheduled)
      return;
    scheduled = true;
    context.runOnContext(v -> end());
  }

  private void end() {
    scheduled = false;
    List<Runnable> now = tasks;
    tasks = new ArrayList<>();
    now.forEach(Runnable::run);
    List<Socket> written = sockets;
    sockets = new ArrayList<>();
    written.forEach(Socket::flush);
    dropFrame();
  }

  private void dropFrame() {
    if (frame != null)
      frame.release();
    frame = null;
    framed = null;
  }
}

package dev.chorus.gateway.connection;

import dev.chorus.gateway.socket.CloseCode;
import dev.chorus.gateway.socket.SocketListener;
import dev.chorus.gateway.socket.Transport;
import java.util.List;

/** Carries the connection of a request that names none: nobody hears what comes on it. */
enum Nowhere implements Transport {
  INSTANCE;

  @Override
  public void listener(SocketListener listener) {}

  @Override
  public void send(byte[] envelope) {}

  @Override
  public void share(List<byte[]> envelopes) {}

  @Override
  public boolean isBehind() {
    return false;
  }

  @Override
  public boolean isFull() {
    return false;
  }

  @Override
  public long unsent() {
    return 0;
  }

  @Override
  public long room() {
    return Integer.MAX_VALUE;
  }

  @Override
  public void afterSent(Runnable then) {}

  @Override
  public void ping() {}

  @Override
  public void close(CloseCode code) {}

  @Override
  public void close(CloseCode code, long reconnectInMs) {}

  @Override
  public boolean isClosing() {
    return false;
  }

  @Override
  public void reading(boolean on) {}
}

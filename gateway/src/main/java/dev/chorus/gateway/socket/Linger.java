package dev.chorus.gateway.socket;

import io.netty.channel.Channel;
import java.time.Clock;
import java.util.function.Consumer;

/** Ends channels two or three seconds after their last word: time enough for a client to take it. By the gateway's clock and wheel, as all deadlines of sockets are. */
public final class Linger implements Consumer<Channel> {
  /** The wheel asks in the second that this ends in. */
  private static final long MS = 3_000;
  private final Wheel wheel;
  private final Clock clock;

  public Linger(Wheel wheel, Clock clock) {
    this.wheel = wheel;
    this.clock = clock;
  }

  @Override
  public void accept(Channel channel) {
    wheel.add(now -> {
      channel.close();
      return -1;
    }, clock.millis() + MS);
  }
}

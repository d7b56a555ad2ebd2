package dev.chorus.gateway.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What is asked of one room is done in the order asked. */
final class TurnsTest {
  private final Turns turns = new Turns();
  private final List<String> begun = new ArrayList<>();

  private Supplier<Future<?>> work(String name, Promise<Void> until) {
    return () -> {
      begun.add(name);
      return until.future();
    };
  }

  @Test
  void oneIsDoneAfterTheOtherAndSendsBesideEachOther() {
    Promise<Void> join = Promise.promise();
    Promise<Void> send = Promise.promise();
    Promise<Void> leave = Promise.promise();
    turns.take("room", false, work("join", join));
    turns.take("room", true, work("send 1", send));
    turns.take("room", true, work("send 2", send));
    turns.take("room", false, work("leave", leave));
    turns.take("room", true, work("send 3", send));
    turns.take("other", false, work("other", join));
    assertThat(begun).containsExactly("join", "other");
    join.complete();
    assertThat(begun).containsExactly("join", "other", "send 1", "send 2");
    send.complete();
    assertThat(begun).endsWith("leave");
    leave.fail("refused");
    assertThat(begun).endsWith("leave", "send 3");
  }

  @Test
  void tooMuchThatWaitsIsRefused() {
    Promise<Void> never = Promise.promise();
    turns.take("room", false, work("join", never));
    int taken = 0;
    while (turns.take("room", true, work("send", never)))
      taken++;
    assertThat(taken).isEqualTo(256);
  }

  @Test
  void aLongQueueOfFinishedWorkNeedsNoDeepStack() {
    Promise<Void> gate = Promise.promise();
    turns.take("room", false, work("join", gate));
    for (int i = 0; i < 256; i++)
      turns.take("room", false, Future::succeededFuture);
    gate.complete();
    assertThat(turns.take("room", false, work("last", gate))).isTrue();
    assertThat(begun).endsWith("last");
  }
}

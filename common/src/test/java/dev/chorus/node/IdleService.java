package dev.chorus.node;

import dev.chorus.cluster.Role;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A service that only notes what its node asks of it. */
final class IdleService implements Service {
  final List<String> calls = new CopyOnWriteArrayList<>();
  private final Role role;

  IdleService(Role role) {
    this.role = role;
  }

  /** A process of its own, to be killed. */
  public static void main(String[] arguments) {
    Node.run(List.of(new IdleService(Role.valueOf(arguments[0]))), System.getenv());
  }

  @Override
  public Role role() {
    return role;
  }

  @Override
  public Future<Void> start(NodeContext node) {
    calls.add("start");
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> drain() {
    calls.add("drain");
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> stop() {
    calls.add("stop");
    return Future.succeededFuture();
  }
}

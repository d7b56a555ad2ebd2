package dev.chorus.node;

import dev.chorus.cluster.Role;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;

/** A service that waits for something that never comes, as a node without its PostgreSQL does. */
final class EndlessStart implements Service {
  /** A process of its own. */
  public static void main(String[] arguments) {
    Node.run(List.of(new EndlessStart()), System.getenv());
  }

  @Override
  public Role role() {
    return Role.DELIVERY;
  }

  @Override
  public Future<Void> start(NodeContext node) {
    System.out.println("starting");
    return Promise.<Void>promise().future();
  }

  @Override
  public Future<Void> drain() {
    return Future.succeededFuture();
  }

  /** As a service that asks for what only a finished start has made. */
  @Override
  public Future<Void> stop() {
    throw new IllegalStateException("There is nothing to stop.");
  }
}

package dev.chorus.gateway.progress;

import dev.chorus.bus.ProgressClient;
import dev.chorus.bus.ProgressMessage.ProgressEntry;
import dev.chorus.bus.ProgressMessage.ReadProgress;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A project that somebody at this gateway follows. */
final class Project {
  static final int PAGE = 256;
  private static final long READ_AGAIN_MS = 250;
  private final String id;
  private final Vertx vertx;
  private final ProgressClient client;
  private final Consumer<Project> deserted;
  private final List<Subscription> subscriptions = new ArrayList<>(1);
  private long head;

  /** @param deserted nobody follows it any more */
  Project(String id, Vertx vertx, ProgressClient client, Consumer<Project> deserted) {
    this.id = id;
    this.vertx = vertx;
    this.client = client;
    this.deserted = deserted;
  }

  String id() {
    return id;
  }

  /** The last number that is known of. */
  long head() {
    return head;
  }

  void joined(Subscription subscription) {
    subscriptions.add(subscription);
  }

  void left(Subscription subscription) {
    subscriptions.remove(subscription);
    if (subscriptions.isEmpty())
      deserted.accept(this);
  }

  /** What the owner tells, in whatever order it comes. */
  void live(long prev, List<ProgressEntry> entries) {
    head = Math.max(head, prev + entries.size());
    for (Subscription subscription : List.copyOf(subscriptions))
      subscription.live(prev, entries);
  }

  /** The owner, or the log, says how far the project is. */
  void head(long said) {
    head = Math.max(head, said);
    for (Subscription subscription : List.copyOf(subscriptions))
      subscription.head(head);
  }

  void read(Subscription subscription, long after, boolean later) {
    if (later) {
      vertx.setTimer(READ_AGAIN_MS, timer -> read(subscription, after, false));
      return;
    }
    client.read(new ReadProgress(id, after, PAGE)).onSuccess(page -> {
      head = Math.max(head, page.head().head());
      subscription.page(after, page);
    }).onFailure(failure -> subscription.failed(after));
  }
}

package dev.chorus.presence.lastseen;

import dev.chorus.model.ErrorCode;
import dev.chorus.model.Refusal;
import dev.chorus.model.UserId;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When users were last seen and who may know it, between the rooms of this node and PostgreSQL. While the database is away nothing waits for it: sightings are written later, and
 * of users whose choice could not be read nothing is shown until it can. On the owner's context only.
 */
public final class Visits implements LastSeen {
  private static final Logger LOG = LoggerFactory.getLogger(Visits.class);
  private static final long READ_MS = 250;
  private static final long AFTER_FAILURE_MS = 5000;
  private static final int MAX_UNREAD = 10_000;
  /** Choices are asked for again so much further back than the last answer: commits become visible a little after their time. */
  private static final double OVERLAP_SECONDS = 15;
  private final VisitStore store;
  private final Clock clock;
  private final Consumer<Set<UserId>> changed;
  private final Ledger ledger = new Ledger();
  private final Choices choices = new Choices();
  /** Users in whose rooms something is to be shown when their choice is known. */
  private final Set<UserId> unread = new LinkedHashSet<>();
  private long trustedAgainAt;
  private long askedAt;
  private boolean writing;

  /** @param changed hears of users of whom others may know more, or less, than before */
  public Visits(VisitStore store, Clock clock, Consumer<Set<UserId>> changed) {
    this.store = store;
    this.clock = clock;
    this.changed = changed;
    this.askedAt = clock.millis();
  }

  @Override
  public void saw(UserId user, long at) {
    ledger.saw(user, at);
  }

  @Override
  public boolean isShared(UserId user) {
    return choices.isShared(user);
  }

  /** Done when the users' choices are known, or when that takes too long. It never fails. */
  public Future<Void> know(Collection<UserId> users) {
    List<UserId> unknown = choices.unknown(users);
    if (unknown.isEmpty())
      return Future.succeededFuture();
    if (clock.millis() < trustedAgainAt) {
      later(unknown);
      return Future.succeededFuture();
    }
    return store.read(unknown).timeout(READ_MS, TimeUnit.MILLISECONDS).transform(visits -> {
      if (visits.succeeded()) {
        unknown.forEach(user -> choices.read(user, visits.result().getOrDefault(user, VisitStore.Visit.NONE).shared()));
      } else {
        failed("read", visits.cause());
        later(unknown);
      }
      return Future.succeededFuture();
    });
  }

  private void later(List<UserId> unknown) {
    unknown.stream().limit(Math.max(0, MAX_UNREAD - unread.size())).forEach(unread::add);
  }

  private void failed(String what, Throwable cause) {
    long now = clock.millis();
    if (now >= trustedAgainAt)
      LOG.atWarn().addKeyValue("what", what).addKeyValue("cause", String.valueOf(cause.getMessage()))
          .log("The database does not answer; last-seen waits, presence goes on.");
    trustedAgainAt = now + AFTER_FAILURE_MS;
  }

  /** Keeps a user's choice. Fails with {@code unavailable} when that cannot be done now. */
  public Future<Void> choose(UserId user, boolean everyone) {
    return store.choose(user, everyone).onSuccess(done -> chosen(user, everyone)).recover(cause -> {
      failed("choice", cause);
      return Future.failedFuture(Refusal.of(ErrorCode.UNAVAILABLE, "Your choice could not be kept at the moment. Try it again."));
    });
  }

  /** A user has chosen, here or at another node. */
  public void chosen(UserId user, boolean everyone) {
    if (choices.changed(user, everyone))
      changed.accept(Set.of(user));
  }

  /** Every few seconds: writes what may be written, and reads what others have chosen and what could not be read before. */
  public void tick() {
    long now = clock.millis();
    if (now < trustedAgainAt)
      return;
    write(now);
    store.chosenWithin((now - askedAt) / 1000.0 + OVERLAP_SECONDS).onSuccess(visits -> {
      askedAt = now;
      changed.accept(visits.entrySet().stream().filter(visit -> choices.changed(visit.getKey(), visit.getValue().shared()))
          .map(Map.Entry::getKey).collect(Collectors.toSet()));
    }).onFailure(cause -> failed("choices", cause));
    if (unread.isEmpty())
      return;
    List<UserId> again = List.copyOf(unread);
    unread.clear();
    know(again).onSuccess(done -> changed.accept(again.stream().filter(choices::isShared).collect(Collectors.toSet())));
  }

  private void write(long now) {
    if (writing)
      return;
    List<Ledger.Sighting> batch = ledger.batch(now);
    if (batch.isEmpty())
      return;
    writing = true;
    store.saw(batch).onComplete(result -> {
      writing = false;
      if (result.succeeded()) {
        write(now);
      } else {
        ledger.failed(batch);
        failed("last-seen", result.cause());
      }
    });
  }

  /** Writes everything that waits, for the last time. It never fails, and what cannot be written is lost. */
  public Future<Void> close() {
    List<Ledger.Sighting> rest = ledger.rest();
    List<Future<Void>> written = new ArrayList<>();
    for (int from = 0; from < rest.size(); from += Ledger.MAX_BATCH)
      written.add(store.saw(rest.subList(from, Math.min(rest.size(), from + Ledger.MAX_BATCH))));
    return Future.join(written).transform(done -> Future.succeededFuture());
  }
}

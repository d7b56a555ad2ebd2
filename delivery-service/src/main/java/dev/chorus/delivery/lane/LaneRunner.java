package dev.chorus.delivery.lane;

import dev.chorus.delivery.lane.Outcome.Stored;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Performs what one {@link Lane} wants, over one connection of its own. Lives on the event-loop context of its service. */
final class LaneRunner {
  private static final Logger LOG = LoggerFactory.getLogger(LaneRunner.class);
  private static final int CONNECT_MS = 2_000;
  private final int number;
  private final Vertx vertx;
  private final Clock clock;
  private final PgConnectOptions options;
  private final LaneMeters meters;
  private final NewEntries newEntries;
  private final Lane lane;
  /** Null while there is none; what an earlier one still answers is not listened to. */
  private PgConnection connection;
  private boolean scheduled;
  private boolean stopped;

  LaneRunner(int number, Vertx vertx, Clock clock, PgConnectOptions options, LaneLimits limits, LaneMeters meters, NewEntries newEntries) {
    this.number = number;
    this.vertx = vertx;
    this.clock = clock;
    this.options = options;
    this.meters = meters;
    this.newEntries = newEntries;
    this.lane = new Lane(limits);
  }

  void start() {
    connect();
  }

  /** What is offered within one turn of the event loop goes together, at its end. */
  void offer(Draft draft) {
    perform(lane.offer(draft));
    if (scheduled)
      return;
    scheduled = true;
    vertx.runOnContext(turn -> {
      scheduled = false;
      perform(lane.proceed(clock.millis()));
    });
  }

  void expire() {
    perform(lane.expire(clock.millis()));
  }

  boolean isIdle() {
    return lane.isIdle();
  }

  boolean isConnected() {
    return lane.isConnected();
  }

  int queued() {
    return lane.queued();
  }

  /** Opens nothing any more. */
  void stop() {
    stopped = true;
    if (connection != null)
      connection.close();
    connection = null;
  }

  private void perform(List<Effect> effects) {
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.Run run -> run(run.batch());
        case Effect.Answer answer -> answer(answer);
        case Effect.Connect connect -> connectIn(connect.delayMs());
        case Effect.Abandon abandon -> abandon();
      }
    }
  }

  private void connectIn(long delayMs) {
    if (delayMs == 0)
      connect();
    else
      vertx.setTimer(delayMs + ThreadLocalRandom.current().nextLong(delayMs), timer -> connect());
  }

  private void connect() {
    if (stopped)
      return;
    var attempt = PgConnection.connect(vertx, options);
    attempt.timeout(CONNECT_MS, TimeUnit.MILLISECONDS).onComplete(result -> {
      if (result.succeeded() && !stopped) {
        opened(result.result());
      } else {
        // It may still open when nobody waits for it any more.
        attempt.onSuccess(PgConnection::close);
        if (!stopped)
          perform(lane.notConnected());
      }
    });
  }

  private void opened(PgConnection opened) {
    connection = opened;
    opened.closeHandler(closed -> lost(opened));
    opened.exceptionHandler(failure -> LOG.atDebug().addKeyValue("lane", number).setCause(failure).log("The connection of a lane failed."));
    perform(lane.connected(clock.millis()));
  }

  private void lost(PgConnection which) {
    if (connection != which || stopped)
      return;
    connection = null;
    LOG.atWarn().addKeyValue("lane", number).log("A lane has lost its connection to PostgreSQL.");
    perform(lane.lost());
  }

  /** It is not waited for: closing it waits behind the call that does not come back. */
  private void abandon() {
    PgConnection silent = connection;
    connection = null;
    LOG.atWarn().addKeyValue("lane", number).log("PostgreSQL does not answer a lane; it takes a new connection.");
    if (silent != null)
      silent.close();
  }

  private void run(Batch batch) {
    PgConnection used = connection;
    long now = clock.millis();
    long started = System.nanoTime();
    AppendCall.run(used, batch, now).onComplete(result -> {
      if (used != connection || stopped)
        return;
      if (result.failed()) {
        failed(used, batch, result.cause());
      } else if (result.result().isEmpty()) {
        perform(lane.declined(clock.millis()));
      } else {
        meters.committed(batch.drafts().size(), System.nanoTime() - started);
        perform(lane.committed(result.result().get(), clock.millis()));
      }
    });
  }

  private void failed(PgConnection used, Batch batch, Throwable cause) {
    switch (AppendFailure.of(cause)) {
      case AppendFailure.Data data -> perform(lane.refusedForData(data.problem(), clock.millis()));
      case AppendFailure.Collision collision -> perform(lane.repeat(clock.millis()));
      case AppendFailure.Refusal refusal -> {
        LOG.atError().addKeyValue("lane", number).addKeyValue("rows", batch.drafts().size()).setCause(cause)
            .log("PostgreSQL refused a batch.");
        perform(lane.refused(refusal.problem(), clock.millis()));
      }
      case AppendFailure.Lost lost -> {
        lost(used);
        used.close();
      }
    }
  }

  private void answer(Effect.Answer answer) {
    for (int i = 0; i < answer.drafts().size(); i++) {
      Draft draft = answer.drafts().get(i);
      Outcome outcome = answer.outcomes().get(i);
      if (outcome instanceof Stored stored && !stored.duplicate())
        newEntries.appended(draft, stored);
      else if (outcome instanceof Outcome.Passed passed)
        newEntries.passed(draft, passed);
      meters.answered(outcome);
      draft.answer().accept(outcome);
    }
  }
}

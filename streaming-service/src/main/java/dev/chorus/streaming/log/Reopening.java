package dev.chorus.streaming.log;

import io.vertx.core.Future;

/** Openings that PostgreSQL has committed without waiting for its disk. */
interface Reopening {
  /** All of them are on the disk. */
  Reopening NONE = new Reopening() {
    @Override
    public boolean mayHaveLost() {
      return false;
    }

    @Override
    public Future<Void> again() {
      return Future.succeededFuture();
    }
  };

  /** Whether a crash now would take some. */
  boolean mayHaveLost();

  /** Does those again that a crash may have taken; what is there stays as it is. */
  Future<Void> again();
}

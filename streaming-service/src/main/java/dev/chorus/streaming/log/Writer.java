package dev.chorus.streaming.log;

import io.vertx.core.Future;

/** The way of batches into PostgreSQL. */
interface Writer {
  /** True: committed. False: the owner is fenced, nothing was written. Failed with {@link Unstorable}: nothing was written. Any other failure: the outcome is unknown. */
  Future<Boolean> write(Batch batch);

  void close();

  /** Something in the batch is not accepted, however often it is tried. */
  final class Unstorable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unstorable(Throwable cause) {
      super("a record cannot be stored", cause, false, false);
    }
  }
}

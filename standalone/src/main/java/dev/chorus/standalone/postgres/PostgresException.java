package dev.chorus.standalone.postgres;

/** The embedded PostgreSQL cannot be had; the message is a sentence that says why and what to do. */
public final class PostgresException extends RuntimeException {
  PostgresException(String sentence) {
    super(sentence);
  }
}

package dev.chorus.database;

/** A schema could not be brought up to date; the cause has been logged, the message is for a person. */
public final class MigrationException extends RuntimeException {
  MigrationException(String schema, Throwable cause) {
    super("The database schema " + schema + " could not be brought up to date; see the log line before this one.", cause);
  }
}

package dev.chorus.standalone;

/** The return of a command whose process serves on. */
final class Serving {
  /** No exit code of ours. */
  static final int CODE = -1;

  private Serving() {}
}

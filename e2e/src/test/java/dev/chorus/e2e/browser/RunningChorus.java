package dev.chorus.e2e.browser;

import java.net.URI;

/** A server to point a browser at, however it was started. */
interface RunningChorus {
  /** Where the page is, e.g. {@code http://localhost:8080/}. */
  URI address();

  /** A token of this user that the server accepts. */
  String token(String user);

  /** Lets an answer go on that has stopped in the middle. */
  void goOn();
}

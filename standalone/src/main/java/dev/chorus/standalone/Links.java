package dev.chorus.standalone;

import dev.chorus.standalone.token.SigningSecret;
import dev.chorus.standalone.token.Token;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Ready links for two test users; the page reads token and room from the part behind {@code #}, which browsers do not send anywhere. */
final class Links {
  private static final Duration LIFETIME = Duration.ofDays(7);

  private Links() {}

  static void print(PrintStream out, int port, SigningSecret secret, Instant now) {
    out.println("Open the page in two windows, as two users of room lobby (the links are good for 7 days):");
    for (String user : List.of("user1", "user2"))
      out.println(
          "  http://localhost:" + port + "/#token=" + new Token(user, List.of(), false, LIFETIME).sign(secret, now) + "&room=lobby");
  }
}

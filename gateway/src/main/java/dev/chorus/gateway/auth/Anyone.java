package dev.chorus.gateway.auth;

import dev.chorus.model.Principal;
import dev.chorus.model.Problem;
import dev.chorus.model.UserId;
import io.vertx.core.Future;
import java.util.List;

/** {@code CHORUS_AUTH=off}, for trying things out on one machine: everybody is who they say they are, or anonymous, and an admin. */
public final class Anyone implements Authenticator {
  /** Marks a name among credentials. */
  static final String MARK = "user:";
  private static final String ANONYMOUS = "anonymous";

  @Override
  public Future<Principal> authenticate(String credential) {
    String name = credential != null && credential.startsWith(MARK) ? credential.substring(MARK.length()) : ANONYMOUS;
    if (!UserId.isValid(name))
      return Future.failedFuture(Problem.badRequest("'user' has not 1 to 128 bytes.").refusal());
    return Future.succeededFuture(new Principal(new UserId(name), null, List.of("*"), true, 0));
  }

  @Override
  public boolean takesNames() {
    return true;
  }
}

package dev.chorus.gateway.auth;

import dev.chorus.model.Principal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Whom tokens stand for that were verified within the last half minute: clients of an HTTP API send theirs with each request, and a signature is dear. The most recently used are kept. */
final class VerifiedTokens {
  private static final int MOST = 4096;
  private static final long KEPT_MS = 30_000;

  private record Verified(Principal principal, long at) {}

  private final Map<String, Verified> tokens = new LinkedHashMap<>(16, 0.75f, true) {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Verified> eldest) {
      return size() > MOST;
    }
  };

  /** Empty when the token is not known, has ended meanwhile, or was verified too long ago. */
  synchronized Optional<Principal> find(String token, long now) {
    Verified known = tokens.get(token);
    if (known == null)
      return Optional.empty();
    long expiresAt = known.principal.expiresAt();
    if (now - known.at < KEPT_MS && (expiresAt == 0 || expiresAt > now))
      return Optional.of(known.principal);
    tokens.remove(token);
    return Optional.empty();
  }

  synchronized void add(String token, Principal principal, long now) {
    tokens.put(token, new Verified(principal, now));
  }

  /** The keys are other ones now. */
  synchronized void clear() {
    tokens.clear();
  }
}

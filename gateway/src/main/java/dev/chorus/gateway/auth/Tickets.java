package dev.chorus.gateway.auth;

import dev.chorus.model.ErrorCode;
import dev.chorus.model.NodeId;
import dev.chorus.model.Principal;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.model.UserId;
import dev.chorus.model.Words;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Tickets of {@value #LIFE_MS} ms for one connection, for pages that cannot send a header and should not show their token in an address. The gateway that made one knows it, and
 * nobody else: another gateway where it is used asks that one, which gives it away once. If that gateway has died the ticket is worth nothing. On the gateway's context only.
 *
 * <pre>
 * 32 random characters . the node that knows it
 * </pre>
 */
public final class Tickets implements Authenticator {
  /** Marks a ticket among credentials; the client sends it without. */
  public static final String MARK = "ticket:";
  private static final long LIFE_MS = 30_000;
  private static final int LENGTH = 32;
  private static final int MAX = 50_000;
  private static final int MAX_PER_USER = 100;
  private static final char SEPARATOR = '.';
  private final NodeId self;
  private final Authenticator others;
  private final BiFunction<NodeId, String, Future<Principal>> elsewhere;
  private final Clock clock;
  /** In the order in which they end. */
  private final Map<String, Issued> issued = new LinkedHashMap<>();
  /** How many of them are each user's. */
  private final Map<UserId, Integer> perUser = new HashMap<>();

  private record Issued(Principal principal, long expiresAt) {}

  /** A ticket as its user gets it. */
  public record Ticket(String ticket, long expiresAt) {}

  /**
   * @param others judges what is no ticket
   * @param elsewhere asks another gateway for the holder of a ticket of its
   */
  public Tickets(NodeId self, Authenticator others, BiFunction<NodeId, String, Future<Principal>> elsewhere, Clock clock) {
    this.self = self;
    this.others = others;
    this.elsewhere = elsewhere;
    this.clock = clock;
  }

  /** A new ticket for that user; a refusal when there are too many. */
  public Ticket issue(Principal principal) {
    long now = clock.millis();
    forgetEnded(now);
    if (perUser.getOrDefault(principal.user(), 0) >= MAX_PER_USER)
      throw Problem.retryAfter(ErrorCode.RATE_LIMITED, "You have " + MAX_PER_USER + " tickets that nobody has used yet.", 1000).refusal();
    if (issued.size() >= MAX)
      throw Problem.retryAfter(ErrorCode.UNAVAILABLE, "This node has given out as many tickets as it can.", 1000).refusal();
    String word = Words.random(LENGTH);
    issued.put(word, new Issued(principal, now + LIFE_MS));
    perUser.merge(principal.user(), 1, Integer::sum);
    return new Ticket(word + SEPARATOR + self, now + LIFE_MS);
  }

  private void forgetEnded(long now) {
    for (Iterator<Issued> oldest = issued.values().iterator(); oldest.hasNext();) {
      Issued one = oldest.next();
      if (one.expiresAt > now)
        return;
      oldest.remove();
      gone(one);
    }
  }

  private void gone(Issued one) {
    perUser.computeIfPresent(one.principal.user(), (user, count) -> count == 1 ? null : count - 1);
  }

  /** The holder of a ticket that was made here: once, and not when it has ended. */
  public Optional<Principal> redeem(String word) {
    Issued found = issued.remove(word);
    if (found == null)
      return Optional.empty();
    gone(found);
    return found.expiresAt <= clock.millis() ? Optional.empty() : Optional.of(found.principal);
  }

  @Override
  public Future<Principal> authenticate(String credential) {
    if (credential == null || !credential.startsWith(MARK))
      return others.authenticate(credential);
    int dot = credential.indexOf(SEPARATOR);
    if (dot != MARK.length() + LENGTH)
      return Future.failedFuture(Credentials.refused().refusal());
    String word = credential.substring(MARK.length(), dot);
    NodeId node = new NodeId(credential.substring(dot + 1));
    Future<Principal> holder = node.equals(self)
        ? redeem(word).map(Future::succeededFuture).orElseGet(() -> Future.failedFuture(Credentials.refused().refusal()))
        : elsewhere.apply(node, word);
    return holder.recover(failure -> Future.failedFuture(failure instanceof Refusal ? failure : Credentials.refused().refusal()));
  }

  @Override
  public boolean takesNames() {
    return others.takesNames();
  }
}

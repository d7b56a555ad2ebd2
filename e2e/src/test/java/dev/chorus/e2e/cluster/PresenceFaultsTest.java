package dev.chorus.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.e2e.kit.ChatClient;
import dev.chorus.e2e.kit.ClusterProcess;
import dev.chorus.e2e.kit.ClusterProcess.Node;
import dev.chorus.e2e.kit.Population;
import dev.chorus.e2e.kit.Population.Person;
import dev.chorus.e2e.kit.Soak;
import dev.chorus.e2e.kit.Times;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * People in many rooms over two gateways while gateways and presence owners are killed and hang: whatever dies, everybody soon sees who is there, nobody is shown leaving who
 * stayed, and nobody typing who has stopped. The times are printed, from the fault on; the limits are generous, since the machine may be slow.
 */
final class PresenceFaultsTest {
  private static final int ROUNDS = Soak.size(1, 5);
  private static final int ROOMS = 50;
  private static final int PEOPLE = Soak.size(150, 500);
  private static final int GATEWAYS = 2;
  private static final int OWNERS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration OWNER_GOAL = Duration.ofSeconds(3);
  private static final Duration GATEWAY_GOAL = Duration.ofSeconds(10);
  private static final int OWNER_KILLS = Soak.size(1, 2);
  private static final Duration HANGS = Duration.ofSeconds(Soak.size(3, 14));
  /** Too short for anybody to think that the gateway is gone. */
  private static final Duration PAUSES = Duration.ofSeconds(Soak.size(2, 5));
  /** Many have to come back within it, also on a slow machine. */
  private static final Duration GRACE = Duration.ofSeconds(Soak.size(8, 5));
  private static final long TYPING_MS = 3_000;
  private static final long LATE_MS = 2_000;
  private final Times ownerKilled = new Times("a presence owner is killed");
  private final Times ownerJoins = new Times("a presence node comes");
  private final Times ownerHangs = new Times("a presence owner wakes up after " + HANGS.toSeconds() + " s");
  private final Times gatewayHangs = new Times("a gateway wakes up after " + PAUSES.toSeconds() + " s");
  private final Times gatewayKilled = new Times("a gateway is killed, half of its people come back");
  private final Times bothKilled = new Times("a gateway and a presence owner are killed, the same");
  private final Set<String> left = new HashSet<>();
  private final List<Long> typedAt = new ArrayList<>();
  private final Random random = new Random(7);
  private ClusterProcess cluster;
  private Population population;
  private int next;

  @Test
  void whateverDiesEverybodySeesWhoIsThereAndNobodyIsShownLeavingWhoStayed(@TempDir Path data) throws Exception {
    cluster = ClusterProcess.start(data, GATEWAYS, 1, OWNERS, 1,
        Map.of("CHORUS_MAX_CONNECTIONS_PER_USER", "100", "CHORUS_LEAVE_GRACE_MS", Long.toString(GRACE.toMillis())));
    try (ClusterProcess running = cluster; Population everybody = new Population(running.tokens(), ROOMS)) {
      population = everybody;
      come(PEOPLE);
      System.out.printf("%d people have come: all views right after %d ms%n", PEOPLE, awaitTruth("at first").toMillis());
      for (int round = 1; round <= ROUNDS; round++)
        breakThings(round == ROUNDS);
      // Late news of nodes that hung would come by now; what was shown since stays right.
      LockSupport.parkNanos(GRACE.plusSeconds(2).toNanos());
      awaitTruth("a while later");
      judge();
    }
  }

  private void breakThings(boolean last) throws Exception {
    for (int i = 0; i < OWNER_KILLS; i++)
      replaceAnOwner();

    type();
    Node owner = anyOwner();
    owner.stop();
    comeAndGo();
    LockSupport.parkNanos(HANGS.toNanos());
    long start = System.nanoTime();
    owner.resume();
    add(ownerHangs, start);

    Node gateway = cluster.gateway(1);
    gateway.stop();
    for (int i = 0; i < 10; i++)
      population.enter(next++, cluster.gateway(0).http());
    LockSupport.parkNanos(PAUSES.toNanos());
    start = System.nanoTime();
    gateway.resume();
    add(gatewayHangs, start);

    type();
    start = System.nanoTime();
    cluster.gateway(1).kill();
    gatewayKilled.add(half(start, gateway.http()));
    replaceTheGateway();

    type();
    gateway = cluster.gateway(1);
    start = System.nanoTime();
    gateway.kill();
    anyOwner().kill();
    bothKilled.add(half(start, gateway.http()));
    if (last)
      return;
    cluster.addNode("presence");
    replaceTheGateway();
    cluster.awaitNodes(GATEWAYS, 1, OWNERS, 1);
    awaitTruth("after all were replaced");
  }

  /** An owner is killed while people come and go, and another one takes its place. */
  private void replaceAnOwner() throws Exception {
    type();
    long start = System.nanoTime();
    anyOwner().kill();
    comeAndGo();
    add(ownerKilled, start);

    cluster.addNode("presence");
    cluster.awaitNodes(GATEWAYS, 1, OWNERS, 1);
    start = System.nanoTime();
    comeAndGo();
    add(ownerJoins, start);
  }

  /** Half of those who were on that gateway come back within the grace. Returns how long it took until all was right. */
  private Duration half(long start, URI died) throws Exception {
    URI survivor = cluster.nodes("gateway").stream().map(Node::http).filter(http -> !http.equals(died)).findFirst().orElseThrow();
    List<Person> lost = population.lost(died);
    List<Integer> back = new ArrayList<>();
    for (int i = 0; i < lost.size(); i++) {
      if (i % 2 == 0)
        back.add(number(lost.get(i)));
      else
        left.add(lost.get(i).user());
    }
    population.enter(back, survivor);
    awaitTruth("after a gateway was killed");
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** Another gateway, and as many people as did not come back. */
  private void replaceTheGateway() throws Exception {
    cluster.addNode("gateway");
    cluster.awaitNodes(GATEWAYS, 1, cluster.nodes("presence").size(), 1);
    come(PEOPLE - population.people().size());
    awaitTruth("after a gateway had been replaced");
  }

  private void judge() {
    List<Times> all = List.of(ownerKilled, ownerJoins, ownerHangs, gatewayHangs, gatewayKilled, bothKilled);
    all.forEach(Times::print);
    List<String> faults = population.faults(left);
    List<String> stale = staleTyping();
    System.out.printf("false leaves, joins and leaves that cannot be: %d; typing that was shown too late: %d%n", faults.size(),
        stale.size());
    assertThat(faults).describedAs("false leaves, and joins and leaves that cannot be").isEmpty();
    assertThat(stale).describedAs("typing shown for longer than 5 s").isEmpty();
    if (ROUNDS < 5)
      return;
    assertThat(ownerKilled.max()).describedAs("each time").isLessThan(OWNER_GOAL);
    assertThat(gatewayKilled.median()).describedAs("half of the times").isLessThan(GATEWAY_GOAL);
  }

  private void come(int count) throws IOException {
    for (int i = 0; i < count; i++, next++)
      population.enter(next, cluster.gateway(next % GATEWAYS).http());
  }

  /** Ten people leave and ten others come, so that there is something to be shown while an owner is away. */
  private void comeAndGo() throws Exception {
    List<Person> here = population.people();
    for (int i = 0; i < 10; i++) {
      Person leaving = here.get(i * here.size() / 10);
      left.add(leaving.user());
      population.leave(number(leaving));
    }
    come(10);
  }

  private Node anyOwner() throws IOException {
    List<Node> owners = cluster.nodes("presence");
    return owners.get(random.nextInt(owners.size()));
  }

  private static int number(Person person) {
    return Integer.parseInt(person.user().substring("user-".length()));
  }

  /** Everybody types once, and it has been heard. */
  private void type() {
    typedAt.add(Clock.systemUTC().millis());
    population.people().forEach(person -> person.client().post("typing:start", person.room(), Map.of()));
    // Whoever is asked for something afterwards has been heard before.
    population.people().forEach(person -> ChatClient.acked(person.client().ask("presence:list", person.room(), Map.of())));
    typedAt.add(Clock.systemUTC().millis());
  }

  /** What was shown ends three seconds after it was typed, or a little later. */
  private List<String> staleTyping() {
    List<String> stale = new ArrayList<>();
    for (Person person : population.people()) {
      person.client().received().stream().filter(frame -> frame.get("type").asText().equals("typing:start"))
          .flatMap(frame -> frame.get("data").findValues("expiresAt").stream()).filter(expires -> !isTyped(expires.asLong() - TYPING_MS))
          .forEach(expires -> stale.add(person.user() + " was shown typing until " + expires));
    }
    return stale;
  }

  private boolean isTyped(long at) {
    for (int i = 0; i < typedAt.size(); i += 2) {
      if (at >= typedAt.get(i) && at <= typedAt.get(i + 1) + LATE_MS)
        return true;
    }
    return false;
  }

  private Duration awaitTruth(String when) {
    return population.awaitTruth(when, PATIENCE);
  }

  /** Part of the time is that of those who come, which is printed, too. */
  private void add(Times times, long start) {
    Duration looking = awaitTruth("after a fault");
    Duration whole = Duration.ofNanos(System.nanoTime() - start);
    System.out.printf("%d ms, %d of them after everybody had come%n", whole.toMillis(), looking.toMillis());
    times.add(whole);
  }
}

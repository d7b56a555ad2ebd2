package dev.chorus.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.e2e.kit.ChatClient;
import dev.chorus.e2e.kit.ClusterProcess;
import dev.chorus.e2e.kit.ClusterProcess.Node;
import dev.chorus.e2e.kit.Population;
import dev.chorus.e2e.kit.Soak;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * People in many rooms over two gateways while gateways and presence owners are killed and hang: whatever dies, everybody soon sees who is there, and nobody is shown leaving who
 * stayed. The times are printed; the limits are generous, since the machine may be slow.
 */
final class PresenceFaultsTest {
  private static final int ROOMS = 50;
  private static final int PEOPLE = Soak.size(150, 500);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration HANGS = Duration.ofSeconds(Soak.size(5, 14));
  /** Too short for anybody to think that the gateway is gone. */
  private static final Duration PAUSES = Duration.ofSeconds(5);
  private static final long TYPING_MS = 5_000;
  private int next;

  @Test
  void whateverDiesEverybodySeesWhoIsThereAndNobodyIsShownLeavingWhoStayed(@TempDir Path data) throws Exception {
    try (ClusterProcess cluster = ClusterProcess.start(data, 2, 1, 3, 1, Map.of("CHORUS_MAX_CONNECTIONS_PER_USER", "100"));
        Population population = new Population(cluster.tokens(), ROOMS)) {
      URI first = cluster.gateway(0).http();
      URI second = cluster.gateway(1).http();
      for (next = 0; next < PEOPLE; next++)
        population.enter(next, next % 2 == 0 ? first : second);
      row("everybody has come", population.awaitTruth("at first", PATIENCE));
      population.people().forEach(person -> person.client().post("typing:start", person.room(), Map.of()));
      // Whoever is asked for something afterwards has been heard before.
      population.people().forEach(person -> ChatClient.acked(person.client().ask("presence:list", person.room(), Map.of())));
      long typedAt = Clock.systemUTC().millis();
      Set<String> left = new HashSet<>();

      List<Node> owners = cluster.nodes("presence");
      owners.get(0).kill();
      comeAndGo(population, first, left);
      row("a presence owner is killed", population.awaitTruth("after a presence owner was killed", PATIENCE));

      owners.get(1).stop();
      comeAndGo(population, second, left);
      LockSupport.parkNanos(HANGS.toNanos());
      owners.get(1).resume();
      row("a presence owner wakes up after " + HANGS.toSeconds() + " s", population.awaitTruth("after an owner had hung", PATIENCE));

      cluster.gateway(1).stop();
      for (int i = 0; i < 10; i++)
        population.enter(next++, first);
      LockSupport.parkNanos(PAUSES.toNanos());
      cluster.gateway(1).resume();
      row("a gateway wakes up after " + PAUSES.toSeconds() + " s", population.awaitTruth("after a gateway had hung", PATIENCE));

      cluster.gateway(1).kill();
      List<Population.Person> lost = population.lost(second);
      // Half of them come back within the grace, the others do not.
      for (int i = 0; i < lost.size(); i++) {
        if (i % 2 == 0)
          population.enter(number(lost.get(i)), first);
        else
          left.add(lost.get(i).user());
      }
      row("a gateway is killed, half of its people come back", population.awaitTruth("after a gateway was killed", PATIENCE));

      // Late news of nodes that hung would come by now; what was shown since stays right.
      LockSupport.parkNanos(Duration.ofSeconds(7).toNanos());
      population.awaitTruth("a while later", PATIENCE);
      List<String> faults = population.faults(left);
      System.out.printf("%-60s %d%n", "false leaves, impossible joins and leaves", faults.size());
      assertThat(faults).describedAs("false leaves, and joins and leaves that cannot be").isEmpty();
      assertThat(staleTyping(population, typedAt)).describedAs("typing shown for longer than 5 s").isEmpty();
    }
  }

  /** Ten people come and ten others leave, so that there is something to be shown while an owner is away. */
  private void comeAndGo(Population population, URI gateway, Set<String> left) throws Exception {
    List<Population.Person> here = population.people();
    for (int i = 0; i < 10; i++) {
      population.enter(next++, gateway);
      Population.Person leaving = here.get(i * here.size() / 10);
      left.add(leaving.user());
      population.leave(number(leaving));
    }
  }

  private static int number(Population.Person person) {
    return Integer.parseInt(person.user().substring("user-".length()));
  }

  /** Everybody typed once, at the beginning: between the first and the last end that was shown lies no more than it takes to say so. */
  private static List<String> staleTyping(Population population, long typedAt) {
    return population.people().stream()
        .flatMap(person -> person.client().received().stream().filter(frame -> frame.get("type").asText().equals("typing:start"))
            .flatMap(frame -> frame.get("data").findValues("expiresAt").stream()).map(JsonNode::asLong)
            .filter(expiresAt -> expiresAt > typedAt + TYPING_MS).map(expiresAt -> person.user() + " was shown typing until " + expiresAt))
        .toList();
  }

  private static void row(String what, Duration time) {
    System.out.printf("%-60s %d ms%n", what, time.toMillis());
  }
}

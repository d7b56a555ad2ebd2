package dev.chorus.e2e.kit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Many users, each in one of many rooms, connected to several gateways in turn; each of them sees who is in their room. */
public final class Population implements AutoCloseable {
  private static final Duration LONG = Duration.ofSeconds(2);
  private final Tokens tokens;
  private final int rooms;
  private final Map<String, Person> people = new LinkedHashMap<>();

  /** One user with their connection and what they see. */
  public record Person(String user, String room, URI gateway, ChatClient client, RosterView view) {}

  public Population(Tokens tokens, int rooms) {
    this.tokens = tokens;
    this.rooms = rooms;
  }

  /** Connects a user; the number says which room. */
  public void enter(int number, URI gateway) throws IOException {
    Person person = connect(number, gateway);
    people.put(person.user(), person);
  }

  /** Connects several at once. */
  public void enter(List<Integer> numbers, URI gateway) throws ExecutionException, InterruptedException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Person>> coming = numbers.stream().map(number -> threads.submit(() -> connect(number, gateway))).toList();
      for (Future<Person> person : coming)
        people.put(person.get().user(), person.get());
    }
  }

  private Person connect(int number, URI gateway) throws IOException {
    String user = "user-" + number;
    String room = "room-" + number % rooms;
    ChatClient client = ChatClient.connect(gateway, tokens.of(user));
    return new Person(user, room, gateway, client, new RosterView(client, room, client.join(room)));
  }

  /** They leave on purpose. */
  public void leave(int number) {
    people.remove("user-" + number).client().close();
  }

  /** Forgets those whose gateway died; returns them. */
  public List<Person> lost(URI gateway) {
    List<Person> lost = people.values().stream().filter(person -> person.gateway().equals(gateway)).toList();
    lost.forEach(person -> people.remove(person.user()));
    return lost;
  }

  public List<Person> people() {
    return List.copyOf(people.values());
  }

  /** Waits until everybody sees exactly those who are there; returns how long that took. What was wrong is printed when it stays so for long. */
  public Duration awaitTruth(String when, Duration atMost) {
    long start = System.nanoTime();
    boolean[] told = {false};
    Await.until(() -> "all views right " + when + ": " + wrong(), atMost, () -> {
      List<String> wrong = wrong();
      if (!wrong.isEmpty() && !told[0] && System.nanoTime() - start > LONG.toNanos()) {
        System.out.println("Still " + when + ": " + wrong);
        told[0] = true;
      }
      return wrong.isEmpty();
    });
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private List<String> wrong() {
    Map<String, Set<String>> truth = new LinkedHashMap<>();
    people.values().forEach(person -> truth.computeIfAbsent(person.room(), room -> new TreeSet<>()).add(person.user()));
    List<String> wrong = new ArrayList<>();
    for (Person person : people.values()) {
      Set<String> seen = person.view().people();
      if (!seen.equals(truth.get(person.room())) && wrong.size() < 5)
        wrong.add(person.user() + " sees " + new TreeSet<>(seen) + " instead of " + truth.get(person.room()));
    }
    return wrong;
  }

  /** Leaves of users that are there, and what nobody could hear, of all who are connected now. */
  public List<String> faults(Set<String> mayHaveLeft) {
    List<String> faults = new ArrayList<>();
    for (Person person : people.values()) {
      person.view().faults().forEach(fault -> faults.add(person.user() + ": " + fault));
      person.view().left().stream().filter(user -> !mayHaveLeft.contains(user))
          .forEach(user -> faults.add(person.user() + ": false leave of " + user));
    }
    return faults;
  }

  @Override
  public void close() {
    people.values().parallelStream().forEach(person -> person.client().breakOff());
  }
}

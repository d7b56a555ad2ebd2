package dev.chorus.presence.activity;

import dev.chorus.bus.PresenceMessage.Generation;
import dev.chorus.model.Activity;
import dev.chorus.model.UserId;
import dev.chorus.presence.agenda.Agenda;
import dev.chorus.protocol.Event.ActivityUpdate.Doing;
import dev.chorus.protocol.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the users of a room do: what their clients last said, or THINKING while an agent generates for them. A change goes out half a second after it began, with the last value
 * of that time, so that a flood is two events a second and nobody who goes on changing stays unseen.
 */
public final class Activities {
  private static final long DEBOUNCE_MS = 500;
  /** So soon those who know it say again what another owner has shown. */
  private static final long SAID_AGAIN_MS = 3000;

  /** What is done, since when. Equal when others need not be told of a difference. */
  private record What(Activity activity, String details) {}

  private record Details(String agentId, String streamId) {}

  private static final class Person {
    String connection;
    What said;
    final List<Generation> thinking = new ArrayList<>(1);
    What shown;

    What is() {
      if (thinking.isEmpty())
        return said;
      Generation latest = thinking.getLast();
      return new What(Activity.THINKING, Json.text(new Details(latest.agentId(), latest.stream().value())));
    }

    boolean isNothing() {
      return said == null && thinking.isEmpty() && shown == null;
    }
  }

  private final Map<UserId, Person> people = new HashMap<>();
  /** When each is due; since all wait equally long, in that order. */
  private final Map<UserId, Long> changed = new LinkedHashMap<>();
  /** What another owner has shown, and until when it is believed, in that order. */
  private final Map<UserId, Long> hearsay = new LinkedHashMap<>(0);

  /** The user's client says what they do. */
  public void set(UserId user, String connection, Activity activity, String details, long now) {
    Person person = people.computeIfAbsent(user, key -> new Person());
    person.connection = connection;
    person.said = new What(activity, details);
    changed(user, now);
  }

  /** Another owner has shown that; it holds for a while, so that those who did it can say it here. {@code activity} may be null. */
  public void told(UserId user, String activity, long now) {
    if (people.containsKey(user))
      return;
    Arrays.stream(Activity.values()).filter(known -> known.name().equals(activity)).findFirst().ifPresent(known -> {
      Person person = new Person();
      person.shown = new What(known, null);
      people.put(user, person);
      hearsay.put(user, now + SAID_AGAIN_MS);
    });
  }

  /** An agent generates for the user. */
  public void thinks(Generation generation, long now) {
    people.computeIfAbsent(generation.user(), key -> new Person()).thinking.add(generation);
    changed(generation.user(), now);
  }

  /** It does no more. */
  public void thought(Generation generation, long now) {
    Person person = people.get(generation.user());
    if (person != null && person.thinking.removeIf(one -> one.stream().equals(generation.stream())))
      changed(generation.user(), now);
  }

  /** That connection is no more: what was said through it holds no longer. */
  public void ended(UserId user, String connection, long now) {
    Person person = people.get(user);
    if (person == null || !Objects.equals(person.connection, connection))
      return;
    person.said = null;
    person.connection = null;
    changed(user, now);
  }

  /** The user has left: with them goes what they did, and nobody needs to be told. */
  public void gone(UserId user) {
    Person person = people.get(user);
    if (person == null)
      return;
    person.said = null;
    if (person.thinking.isEmpty()) {
      people.remove(user);
      changed.remove(user);
      hearsay.remove(user);
    }
  }

  private void changed(UserId user, long now) {
    changed.putIfAbsent(user, now + DEBOUNCE_MS);
  }

  /** When the next change is due, or {@link Agenda#NEVER}. */
  public long due() {
    return Math.min(first(changed), first(hearsay));
  }

  private static long first(Map<UserId, Long> waiting) {
    return waiting.isEmpty() ? Agenda.NEVER : waiting.values().iterator().next();
  }

  /** The changes that are due. A user who does nothing any more is IDLE. */
  public List<Doing> close(long now) {
    List<Doing> done = new ArrayList<>();
    close(changed, now, done);
    close(hearsay, now, done);
    return done;
  }

  private void close(Map<UserId, Long> waiting, long now, List<Doing> done) {
    for (Iterator<Map.Entry<UserId, Long>> next = waiting.entrySet().iterator(); next.hasNext();) {
      Map.Entry<UserId, Long> entry = next.next();
      if (entry.getValue() > now)
        break;
      next.remove();
      show(entry.getKey(), now, done);
    }
  }

  private void show(UserId user, long now, List<Doing> done) {
    Person person = people.get(user);
    if (person == null)
      return;
    What is = person.is();
    if (!Objects.equals(is, person.shown))
      done.add(is == null ? new Doing(user, Activity.IDLE, null, now) : new Doing(user, is.activity, is.details, now));
    person.shown = is;
    if (person.isNothing())
      people.remove(user);
  }

  /** What others were last shown that the user does, or null. */
  public String shown(UserId user) {
    Person person = people.get(user);
    return person == null || person.shown == null ? null : person.shown.activity.name();
  }
}

package dev.chorus.e2e.kit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Whom one client believes to be in one room, from its join on, by the protocol's rules; and what it heard that could not be. */
public final class RosterView {
  private final ChatClient client;
  private final String room;
  private final Set<String> people = new TreeSet<>();
  private final List<String> faults = new ArrayList<>();
  private final List<String> left = new ArrayList<>();
  private long version;
  private int read;

  /** @param joined the data of the join's ack */
  public RosterView(ChatClient client, String room, JsonNode joined) {
    this.client = client;
    this.room = room;
    this.version = joined.get("version").asLong();
    joined.get("participants").forEach(presence -> people.add(presence.get("user").asText()));
  }

  /** Whom it sees now. */
  public synchronized Set<String> people() {
    List<JsonNode> news = client.received(read);
    read += news.size();
    news.stream().filter(frame -> frame.path("room").asText().equals(room)).forEach(this::hear);
    return Set.copyOf(people);
  }

  private void hear(JsonNode frame) {
    String type = frame.get("type").asText();
    if (!type.equals("user:join") && !type.equals("user:leave"))
      return;
    long said = frame.get("data").get("version").asLong();
    if (said < version)
      faults.add("version " + said + " after " + version);
    version = said;
    for (JsonNode user : frame.get("data").get("users")) {
      String name = user.get("user").asText();
      if (type.equals("user:join") && !people.add(name))
        faults.add(name + " joined while there");
      if (type.equals("user:leave")) {
        left.add(name);
        if (!people.remove(name))
          faults.add(name + " left while away");
      }
    }
  }

  /** Who was shown leaving, in this order. */
  public synchronized List<String> left() {
    people();
    return List.copyOf(left);
  }

  /** What it heard that could not be: joins of somebody present, leaves of somebody absent, versions that went back. */
  public synchronized List<String> faults() {
    people();
    return List.copyOf(faults);
  }
}

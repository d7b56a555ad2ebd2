package dev.chorus.streaming.group;

import dev.chorus.protocol.Event;
import dev.chorus.protocol.Usage;
import java.util.LinkedHashMap;
import java.util.Map;

/** The answers of one group on their owner: opens and shuts them as the merge wants it, and knows when all have ended. */
public final class Group {
  /** One of the answers. */
  public interface Agent {
    /** Whether its text may go out has changed. */
    void turn();

    /** Another has won the race. */
    void beaten();
  }

  private record Ended(String status, Usage usage) {}

  private final String id;
  private final Merge merge;
  private final Agent[] agents;
  private final String[] names;
  private final Ended[] ended;

  public Group(Place place) {
    this.id = place.group();
    this.merge = new Merge(Merge.Way.of(place.merge()), place.agents());
    this.agents = new Agent[place.agents()];
    this.names = new String[place.agents()];
    this.ended = new Ended[place.agents()];
  }

  public String id() {
    return id;
  }

  public void join(int index, String name, Agent agent) {
    agents[index] = agent;
    names[index] = name;
  }

  public boolean isOpen(int index) {
    return merge.isOpen(index);
  }

  public void began(int index) {
    if (merge.began(index))
      turn();
  }

  /** It ended before this node owned the group. */
  public void endedBefore(int index, String name, String status, Usage usage) {
    names[index] = name;
    ended[index] = new Ended(status, usage);
    if (merge.ended(index))
      turn();
  }

  /** It ends now. What became of the group when it was the last, else null. {@link #settle} must follow when its end is on its way. */
  public Event.StreamGroupEnd ends(int index, String status, Usage usage) {
    ended[index] = new Ended(status, usage);
    Map<String, String> statuses = new LinkedHashMap<>();
    Map<String, Usage> usages = new LinkedHashMap<>();
    for (int i = 0; i < ended.length; i++) {
      if (ended[i] == null)
        return null;
      statuses.put(names[i], ended[i].status);
      usages.put(names[i], ended[i].usage);
    }
    return new Event.StreamGroupEnd(id, statuses, usages);
  }

  /** Lets others go on, or ends them, behind the end of one. */
  public void settle(int index) {
    agents[index] = null;
    boolean won = merge.isRace() && ended[index].status.equals("COMPLETED");
    if (merge.ended(index))
      turn();
    if (!won)
      return;
    for (Agent agent : agents.clone())
      if (agent != null)
        agent.beaten();
  }

  private void turn() {
    for (Agent agent : agents.clone())
      if (agent != null)
        agent.turn();
  }

  /** Nobody is left who could say anything. */
  public boolean isOver() {
    for (Ended end : ended)
      if (end == null)
        return false;
    return true;
  }
}

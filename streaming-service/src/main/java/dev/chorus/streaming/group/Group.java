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

    /** Readers know the end of all others. */
    void last();
  }

  private record Ended(String status, Usage usage) {}

  private static final int NOBODY = -1;
  private final String id;
  private final Merge merge;
  private final Agent[] agents;
  private final String[] names;
  private final Ended[] ended;
  private final boolean[] settled;
  /** Whose end tells what became of all. */
  private int teller = NOBODY;

  public Group(Place place) {
    this.id = place.group();
    this.merge = new Merge(Merge.Way.of(place.merge()), place.agents());
    this.agents = new Agent[place.agents()];
    this.names = new String[place.agents()];
    this.ended = new Ended[place.agents()];
    this.settled = new boolean[place.agents()];
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
    settled[index] = true;
    if (merge.ended(index))
      turn();
  }

  /**
   * It ends now: {@link #decide} must follow, and {@link #settle} when readers can know its end.
   *
   * @return what became of the group when it was the last, else null
   */
  public Event.StreamGroupEnd ends(int index, String status, Usage usage) {
    ended[index] = new Ended(status, usage);
    if (!isOver() || (teller != NOBODY && teller != index))
      return null;
    teller = index;
    Map<String, String> statuses = new LinkedHashMap<>();
    Map<String, Usage> usages = new LinkedHashMap<>();
    for (int i = 0; i < ended.length; i++) {
      statuses.put(names[i], ended[i].status);
      usages.put(names[i], ended[i].usage);
    }
    return new Event.StreamGroupEnd(id, statuses, usages);
  }

  /** Whether readers know the end of all others. */
  public boolean isLast(int index) {
    for (int i = 0; i < settled.length; i++)
      if (i != index && !settled[i])
        return false;
    return true;
  }

  /** Ends the others when it has won the race. */
  public void decide(int index) {
    if (!hasWon(index))
      return;
    for (Agent agent : agents.clone())
      if (agent != null && agent != agents[index])
        agent.beaten();
  }

  /** Whether another has won the race. */
  public boolean isBeaten(int index) {
    for (int i = 0; i < ended.length; i++)
      if (i != index && hasWon(i))
        return true;
    return false;
  }

  private boolean hasWon(int index) {
    return merge.isRace() && ended[index] != null && ended[index].status.equals("COMPLETED");
  }

  /** Lets others go on behind the end of one: nobody reads the first word of the next before that end, nor the end of the group before that of all. */
  public void settle(int index) {
    agents[index] = null;
    settled[index] = true;
    if (merge.ended(index))
      turn();
    for (int i = 0; i < agents.length; i++)
      if (agents[i] != null && isLast(i))
        agents[i].last();
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

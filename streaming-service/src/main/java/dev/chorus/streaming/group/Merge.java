package dev.chorus.streaming.group;

import dev.chorus.model.Problem;
import java.util.Locale;

/** Whose text may go out now. Agents are named by their place in the order given. Text that may not is held; none is lost, and each agent's stays in its order. */
public final class Merge {
  /** How the texts of a group come together. */
  public enum Way {
    /** As they come. */
    INTERLEAVE,
    /** Agent after agent, in the order given; all generate at once. */
    SEQUENTIAL,
    /** The first that has text goes first, the others wait until it has ended. */
    PRIORITY,
    /** As they come; the first to complete wins. */
    RACE;

    /** Refused with {@code bad_request} when there is none of that name; null is {@link #INTERLEAVE}. */
    public static Way of(String name) {
      if (name == null)
        return INTERLEAVE;
      for (Way way : values())
        if (way.name().toLowerCase(Locale.ROOT).equals(name))
          return way;
      throw Problem.badRequest("'merge' is one of interleave, sequential, priority and race.").refusal();
    }
  }

  private static final int NOBODY = -1;
  private final Way way;
  private final boolean[] began;
  private final boolean[] ended;
  private int current = NOBODY;

  public Merge(Way way, int agents) {
    this.way = way;
    this.began = new boolean[agents];
    this.ended = new boolean[agents];
    choose();
  }

  public boolean isOpen(int agent) {
    return way == Way.INTERLEAVE || way == Way.RACE || agent == current || ended[agent];
  }

  /** It has its first token. True: somebody else may go now. */
  public boolean began(int agent) {
    began[agent] = true;
    return choose();
  }

  /** It says no more. True: somebody else may go now. */
  public boolean ended(int agent) {
    ended[agent] = true;
    if (current == agent)
      current = NOBODY;
    return choose();
  }

  private boolean choose() {
    if (current != NOBODY)
      return false;
    for (int agent = 0; agent < ended.length; agent++) {
      boolean next = !ended[agent] && (way == Way.SEQUENTIAL || began[agent]);
      if (next) {
        current = agent;
        return true;
      }
    }
    return false;
  }

  /** Whether an agent that has completed ends all others. */
  public boolean isRace() {
    return way == Way.RACE;
  }
}

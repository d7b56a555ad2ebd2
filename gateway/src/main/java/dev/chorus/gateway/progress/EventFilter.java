package dev.chorus.gateway.progress;

import dev.chorus.bus.ProgressMessage.ProgressEntry;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Which of a project's events a reader wants: those of some agents, and what is said of the whole. */
public final class EventFilter {
  private final Set<String> agents;

  private EventFilter(Set<String> agents) {
    this.agents = agents;
  }

  /** @param agentIds null or empty for all */
  public static EventFilter of(Collection<String> agentIds) {
    return new EventFilter(agentIds == null || agentIds.isEmpty() ? null : Set.copyOf(agentIds));
  }

  public List<ProgressEntry> wanted(List<ProgressEntry> entries) {
    if (agents == null)
      return entries;
    return entries.stream().filter(entry -> entry.agentId() == null || agents.contains(entry.agentId())).toList();
  }
}

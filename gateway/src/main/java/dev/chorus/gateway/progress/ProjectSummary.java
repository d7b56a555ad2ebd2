package dev.chorus.gateway.progress;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.bus.ProgressMessage.ProjectState;
import dev.chorus.protocol.Json;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How far a project is as a whole, from how far each of its agents is. */
final class ProjectSummary {
  private static final Set<String> OVER = Set.of("completed", "failed");

  private ProjectSummary() {}

  /**
   * {@code {"overall","agents","estimatedCompletionAt"}}: the mean of the agents' percentages, and when the last of them is likely to be done; null while one that works has not said
   * how long it takes, and where there is no agent.
   */
  static Map<String, Object> of(ProjectState state, long now) {
    List<JsonNode> agents = state.agents().stream().map(entry -> Json.tree(entry.data())).toList();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("overall", overall(agents));
    body.put("agents", agents);
    body.put("estimatedCompletionAt", completion(agents, now));
    return body;
  }

  private static BigDecimal overall(List<JsonNode> agents) {
    if (agents.isEmpty())
      return BigDecimal.ZERO;
    BigDecimal sum = BigDecimal.ZERO;
    for (JsonNode agent : agents)
      sum = sum.add(agent.path("percentage").decimalValue());
    BigDecimal mean = sum.divide(BigDecimal.valueOf(agents.size()), 2, RoundingMode.HALF_UP).stripTrailingZeros();
    return mean.scale() < 0 ? mean.setScale(0) : mean;
  }

  private static Long completion(List<JsonNode> agents, long now) {
    Long latest = null;
    for (JsonNode agent : agents) {
      boolean over = OVER.contains(agent.path("status").asText());
      if (!over && !agent.path("estimatedTimeRemainingMs").isNumber())
        return null;
      long at = agent.path("at").asLong();
      long done = over ? at : Math.max(now, at + agent.path("estimatedTimeRemainingMs").asLong());
      latest = latest == null ? done : Math.max(latest, done);
    }
    return latest;
  }
}

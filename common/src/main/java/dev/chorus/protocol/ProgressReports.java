package dev.chorus.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.model.Text;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Set;

/** Reads what is said of a project: how an agent stands, or how good the work is (docs/protocol.md, section 7). */
public final class ProgressReports {
  private static final int MAX_NAME = 128;
  private static final int MAX_BYTES = 65_536;
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
  private static final Set<String> STATUSES = Set.of("started", "running", "waiting", "completed", "failed");

  private ProgressReports() {}

  /** A project's name from outside. Fails with a {@link Refusal}. */
  public static String projectId(String name) {
    return name("projectId", name);
  }

  /**
   * One report. With {@code scores} it is a {@code quality:update}, else it says how an agent stands. Fails with a {@link Refusal}.
   *
   * @param at when it was said, milliseconds since the epoch
   */
  public static Event read(String projectId, ObjectNode body, long at) {
    Fields fields = new Fields(body);
    if (!Fields.isStorable(body))
      throw bad("The report holds U+0000 or an unpaired surrogate.");
    if (Json.bytes(body).length > MAX_BYTES)
      throw Refusal.of(ErrorCode.TOO_LARGE, "The report is longer than " + MAX_BYTES + " bytes.");
    if (fields.get("scores") != null)
      return new Event.QualityUpdate(projectId, scores(fields.object("scores")), at);
    String status = fields.text("status");
    if (status == null)
      status = "running";
    if (!STATUSES.contains(status))
      throw bad("'status' is not one of started, running, waiting, completed, failed.");
    return new Event.AgentProgress(projectId, name("agentId", fields.requiredText("agentId")), status, percentage(fields, status),
        step(fields.get("currentStep")), fields.sequence("totalSteps"), fields.sequence("estimatedTimeRemainingMs"),
        fields.sequence("tokensUsed"), number(fields, "cost", null), fields.text("content"), fields.text("reasoning"),
        number(fields, "confidence", BigDecimal.ONE), fields.text("streamId"), at);
  }

  private static JsonNode scores(ObjectNode scores) {
    for (Map.Entry<String, JsonNode> score : scores.properties()) {
      if (!score.getValue().isNumber())
        throw bad("'scores' holds something that is not a number.");
    }
    return scores;
  }

  /** What was not said: nothing is done when it has started, all when it is completed. */
  private static BigDecimal percentage(Fields fields, String status) {
    BigDecimal said = number(fields, "percentage", HUNDRED);
    if (said != null)
      return said;
    return status.equals("completed") ? HUNDRED : BigDecimal.ZERO;
  }

  private static JsonNode step(JsonNode step) {
    if (step != null && !step.isTextual() && !step.isNumber())
      throw bad("'currentStep' is not a number or a word.");
    return step;
  }

  private static BigDecimal number(Fields fields, String name, BigDecimal max) {
    JsonNode value = fields.get(name);
    if (value == null)
      return null;
    if (!value.isNumber())
      throw bad("'" + name + "' is not a number.");
    BigDecimal number = value.decimalValue();
    if (number.signum() < 0 || (max != null && number.compareTo(max) > 0))
      throw bad("'" + name + "' is not a number from 0" + (max == null ? " on." : " to " + max + "."));
    return number;
  }

  private static String name(String field, String name) {
    if (name.isEmpty())
      throw bad("'" + field + "' is empty.");
    if (!Text.isStorable(name))
      throw bad("'" + field + "' holds U+0000 or an unpaired surrogate.");
    if (name.length() > MAX_NAME)
      throw Refusal.of(ErrorCode.TOO_LARGE, "'" + field + "' is longer than " + MAX_NAME + " characters.");
    return name;
  }

  private static Refusal bad(String sentence) {
    return Problem.badRequest(sentence).refusal();
  }
}

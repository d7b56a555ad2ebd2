package dev.chorus.streaming.log;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.model.NodeId;
import dev.chorus.model.StreamId;
import dev.chorus.protocol.Json;
import dev.chorus.streaming.group.Place;
import java.util.Optional;

/**
 * All that an owner must know to write a stream, so that another can go on with it.
 *
 * @param place in its group, or null
 * @param continues the failed stream whose text it begins with, or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Plan(StartStream start, Place place, StreamId continues) {

  /** As JSON text without the request, which has a column of its own. */
  String options() {
    return Json.text(new Plan(withRequest(start, ""), place, continues));
  }

  /** Empty where it was not kept, or belongs to a version that this one does not know. */
  public static Optional<Plan> read(String options, String request) {
    if (options == null || request == null)
      return Optional.empty();
    try {
      Plan plan = Json.MAPPER.readValue(options, Plan.class);
      return Optional.of(new Plan(withRequest(plan.start, request), plan.place, plan.continues));
    } catch (JsonProcessingException unknown) {
      return Optional.empty();
    }
  }

  /**
   * The same for another stream that belongs to no group and begins with what this one has said. One stream has one such successor.
   *
   * @param gateway that watches it, or null
   */
  public Plan as(StreamId stream, StreamId continued, NodeId gateway, String requestId) {
    StartStream it = start;
    // No clientId of a user's looks like this.
    String once = "recovery\n" + continued;
    return new Plan(
        new StartStream(stream, it.room(), it.user(), it.request(), it.raw(), it.provider(), it.agentId(), it.projectId(), it.deliver(),
            it.sections(), it.continueOnDisconnect(), it.post(), once, null, it.durable(), gateway, requestId,
            it.traceparent()),
        null, continued);
  }

  private static StartStream withRequest(StartStream it, String request) {
    return new StartStream(it.stream(), it.room(), it.user(), request, it.raw(), it.provider(), it.agentId(), it.projectId(), it.deliver(),
        it.sections(),
        it.continueOnDisconnect(), it.post(), it.clientId(), it.requestHash(), it.durable(), it.gateway(), it.requestId(),
        it.traceparent());
  }
}

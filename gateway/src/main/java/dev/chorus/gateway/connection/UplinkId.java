package dev.chorus.gateway.connection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.POJONode;
import dev.chorus.model.Problem;
import dev.chorus.protocol.Ack;
import dev.chorus.protocol.EventCodec;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/** Stands for the id of a frame that came by HTTP: its answer goes where it is waited for, not down the connection. */
final class UplinkId extends POJONode {
  private static final long serialVersionUID = 1L;
  private final transient JsonNode given;
  private final transient Promise<byte[]> answer = Promise.promise();

  /** @param given what the client calls the frame, or null: then only a refusal is said, without an id */
  UplinkId(JsonNode given) {
    super(given);
    this.given = given;
  }

  /** Whether the answer is for a request, which has it then. */
  static boolean takes(JsonNode frameId, Ack ack) {
    if (!(frameId instanceof UplinkId uplink))
      return false;
    uplink.answer.tryComplete(uplink.given == null ? null : EventCodec.ack(uplink.given, ack));
    return true;
  }

  static boolean takes(JsonNode frameId, Problem problem) {
    if (!(frameId instanceof UplinkId uplink))
      return false;
    uplink.refuse(problem);
    return true;
  }

  void refuse(Problem problem) {
    answer.tryComplete(EventCodec.error(given, problem));
  }

  /** The envelope of the answer, or null when there is nothing to say. */
  Future<byte[]> answer() {
    return answer.future();
  }
}

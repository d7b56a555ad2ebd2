package dev.chorus.bus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.protocol.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An address for other Vert.x programs in the cluster (docs/protocol.md, section 10): {@code JsonObject} bodies both ways, so that they need none of our types. A refusal is a
 * {@link ReplyException} whose code is the HTTP status and whose message is {@code code: message}.
 */
public final class PublicAddress {
  /** Ephemeral events for a room or a user. */
  public static final String EVENTS = "chorus.events";
  private static final Logger LOG = LoggerFactory.getLogger(PublicAddress.class);
  private final String name;
  private final Function<ObjectNode, Future<?>> handler;

  private PublicAddress(String name, Function<ObjectNode, Future<?>> handler) {
    this.name = name;
    this.handler = handler;
  }

  /**
   * Answers what comes to that address, on the context that calls this; of several nodes that do, each request reaches one. The future is done when other nodes can reach it.
   *
   * @param handler answers with a value that becomes a JSON object; what it throws or fails with becomes the refusal
   */
  public static Future<Void> serve(Vertx vertx, String name, Function<ObjectNode, Future<?>> handler) {
    PublicAddress address = new PublicAddress(name, handler);
    return vertx.eventBus().<Object>consumer(name, address::answer).completion();
  }

  private void answer(Message<Object> message) {
    Future<?> answer;
    try {
      answer = handler.apply(body(message.body()));
    } catch (RuntimeException e) {
      answer = Future.failedFuture(e);
    }
    answer.onComplete(result -> {
      if (result.failed())
        refuse(message, result.cause());
      else if (message.replyAddress() != null)
        message.reply(new JsonObject(Json.text(result.result())));
    });
  }

  private static ObjectNode body(Object body) {
    try {
      // Read again by our own mapper, whose bounds hold for it then.
      if (body instanceof JsonObject object && Json.read(object.encode()) instanceof ObjectNode tree)
        return tree;
    } catch (JsonProcessingException tooDeep) {
      throw Problem.badRequest("The body is nested too deeply.").refusal();
    }
    throw Problem.badRequest("The body is not a JsonObject.").refusal();
  }

  private void refuse(Message<Object> message, Throwable failure) {
    if (!(failure instanceof Refusal))
      LOG.atError().addKeyValue("address", name).setCause(failure).log("request failed");
    if (message.replyAddress() == null)
      return;
    Problem problem = Refusal.problemOf(failure);
    message.reply(new ReplyException(ReplyFailure.RECIPIENT_FAILURE, problem.code().httpStatus(),
        problem.code().word() + ": " + problem.message()));
  }
}

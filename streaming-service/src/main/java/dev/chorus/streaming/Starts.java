package dev.chorus.streaming;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.bus.NotCarriedOut;
import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.bus.StreamingMessage.StartedStream;
import dev.chorus.cluster.Role;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.node.NodeContext;
import dev.chorus.protocol.Json;
import dev.chorus.streaming.answer.Opened;
import dev.chorus.streaming.answer.RunningStream;
import dev.chorus.streaming.answer.Tools;
import dev.chorus.streaming.log.Opening;
import dev.chorus.streaming.log.Openings;
import dev.chorus.streaming.provider.Catalogue;
import dev.chorus.streaming.provider.Route;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts streams: judged, then opened in the log, then begun. */
final class Starts {
  private static final Logger LOG = LoggerFactory.getLogger(Starts.class);
  private final NodeContext node;
  private final Catalogue catalogue;
  private final Openings openings;
  private final Owner owner;
  private final Runs runs;
  private final Tools tools;

  Starts(NodeContext node, Catalogue catalogue, Openings openings, Owner owner, Runs runs, Tools tools) {
    this.node = node;
    this.catalogue = catalogue;
    this.openings = openings;
    this.owner = owner;
    this.runs = runs;
    this.tools = tools;
  }

  /** Calls {@code begun} before the stream's first record, when it is a new one. */
  Future<StartedStream> start(StartStream start, Runnable begun) {
    boolean ours = node.cluster().ring(Role.STREAMING).owns(node.self(), start.stream().key());
    if (!ours || runs.isDraining() || !owner.isRegistered())
      return Future.failedFuture(NotCarriedOut.moved());
    ObjectNode body = body(start.request());
    Route route = catalogue.route(model(body), start.provider());
    String epoch = start.stream().word();
    Opened opened = new Opened(start, epoch, route.model(), route.targets().getFirst().provider().name(), tools.clock().millis());
    var life = owner.incarnation();
    return openings.open(life, start, epoch, opened.model(), opened.provider(), opened.openedAt()).recover(failure -> {
      LOG.atWarn().addKeyValue("stream", start.stream().value()).setCause(failure).log("A stream could not be opened.");
      return Future.failedFuture(Refusal.of(ErrorCode.UNAVAILABLE, "Answers cannot be started at the moment."));
    }).compose(opening -> switch (opening) {
      case Opening.Opened now when life.equals(owner.incarnation()) -> {
        begun.run();
        runs.begin(new RunningStream(opened, route, body, tools, runs));
        yield Future.succeededFuture(new StartedStream(start.stream(), epoch, false));
      }
      // Fenced between opening and hearing of it: the other owner ends it.
      case Opening.Opened late -> Future.succeededFuture(new StartedStream(start.stream(), epoch, false));
      case Opening.Existing(var stream, var existing) -> Future.succeededFuture(new StartedStream(stream, existing, true));
      case Opening.Conflict conflict ->
        Future.failedFuture(Refusal.of(ErrorCode.CONFLICT, "This idempotency key was used for another request; take a new one."));
      case Opening.Taken taken -> Future.failedFuture(Refusal.of(ErrorCode.CONFLICT, "There is a stream with this id already."));
      case Opening.TooMany many ->
        Future.failedFuture(Refusal.of(ErrorCode.RATE_LIMITED, "Too many of your answers are being written; wait for one to end."));
      case Opening.Fenced fenced -> {
        owner.fenced();
        yield Future.failedFuture(NotCarriedOut.moved());
      }
    });
  }

  private static ObjectNode body(String request) {
    try {
      if (Json.read(request) instanceof ObjectNode body)
        return body;
    } catch (JsonProcessingException notJson) {
      // Told below: the gateway has read it, so this happens only to other callers.
    }
    throw Problem.badRequest("The request is not a JSON object.").refusal();
  }

  private static String model(ObjectNode body) {
    JsonNode model = body.path("model");
    if (!model.isTextual() || model.textValue().isEmpty())
      throw Problem.badRequest("'model' is missing.").refusal();
    return model.textValue();
  }
}

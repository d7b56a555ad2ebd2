package dev.chorus.streaming;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.bus.Bus;
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
import dev.chorus.streaming.attempt.Failures;
import dev.chorus.streaming.deliver.Deliver;
import dev.chorus.streaming.log.Opening;
import dev.chorus.streaming.log.Openings;
import dev.chorus.streaming.log.Plan;
import dev.chorus.streaming.provider.Catalogue;
import dev.chorus.streaming.provider.Route;
import dev.chorus.streaming.recovery.Said;
import dev.chorus.streaming.section.Sections;
import io.vertx.core.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts streams: judged, then opened in the log, then begun. */
final class Starts {
  private static final Logger LOG = LoggerFactory.getLogger(Starts.class);
  /** An answer takes some seconds. */
  private static final long TRY_AGAIN_MS = 2000;
  private final NodeContext node;
  private final Supplier<Catalogue> catalogue;
  private final Openings openings;
  private final Owner owner;
  private final Runs runs;
  private final Tools tools;
  private final HeadStarts headStarts;

  Starts(NodeContext node, Supplier<Catalogue> catalogue, Openings openings, Owner owner, Runs runs, Tools tools) {
    this.node = node;
    this.catalogue = catalogue;
    this.openings = openings;
    this.owner = owner;
    this.runs = runs;
    this.tools = tools;
    this.headStarts = new HeadStarts(node.cluster(), runs, openings.maxPerUser());
  }

  /** Whether this node may begin streams of that key now. */
  boolean isOurs(StartStream start) {
    return node.cluster().ring(Role.STREAMING).owns(node.self(), start.stream().key()) && !runs.isDraining() && owner.isRegistered();
  }

  /** What is asked for, as far as it can be judged without the log. Throws a {@link Refusal}. */
  private Asked judge(StartStream start) {
    ObjectNode body = body(start.request());
    Deliver.of(start.deliver());
    return new Asked(body, catalogue.get().route(model(body), start.provider()), Sections.read(start.sections()));
  }

  private record Asked(ObjectNode body, Route route, Sections sections) {}

  /** Throws a {@link Refusal} when it would be refused whatever the log says. */
  void check(StartStream start) {
    judge(start);
  }

  /** A running stream that is to be gone on with. Throws a {@link Refusal} when that is no longer possible. */
  RunningStream taken(Opened opened) {
    Asked asked = judge(opened.start());
    return stream(opened, asked);
  }

  /** A stream that can do nothing but end. */
  RunningStream ending(Opened opened) {
    return new RunningStream(opened, Route.nowhere(opened.model()), Json.MAPPER.createObjectNode(), Sections.read(null),
        runs.groups().of(opened.plan().place()), tools, runs);
  }

  /** Lets a new stream begin with what another has said. */
  void begin(RunningStream stream, Said said) {
    runs.open(stream);
    stream.beginWith(said);
  }

  private RunningStream stream(Opened opened, Asked asked) {
    return new RunningStream(opened, asked.route, asked.body, asked.sections, runs.groups().of(opened.plan().place()), tools, runs);
  }

  /** Calls {@code begun} before the stream's first record, when it is a new one. */
  Future<StartedStream> start(Plan plan, Runnable begun) {
    return start(plan, begun, runs::begin, headStarts.admits(plan));
  }

  /** @param begin lets the new stream begin */
  Future<StartedStream> start(Plan plan, Runnable begun, Consumer<RunningStream> begin) {
    return start(plan, begun, begin, false);
  }

  private Future<StartedStream> start(Plan plan, Runnable begun, Consumer<RunningStream> begin, boolean ahead) {
    StartStream start = plan.start();
    if (!isOurs(start))
      return Future.failedFuture(NotCarriedOut.moved());
    Asked asked = judge(start);
    String epoch = start.stream().word();
    Opened opened = new Opened(plan, epoch, asked.route.model(), asked.route.targets().getFirst().provider().name(),
        tools.clock().millis(), 0);
    if (!start.durable())
      return unlogged(opened, asked, begun, begin);
    var life = owner.incarnation();
    Future<Opening> opening = openings.open(life, plan, epoch, opened.model(), opened.provider(), opened.openedAt());
    RunningStream early = ahead ? headStarts.begin(stream(opened, asked)) : null;
    return opening.onComplete(headStarts::answered).recover(failure -> {
      LOG.atWarn().addKeyValue("stream", start.stream().value()).setCause(failure).log("A stream could not be opened.");
      return Future.failedFuture(unavailable());
    }).compose(outcome -> switch (outcome) {
      case Opening.Opened now when life.equals(owner.incarnation()) && isTooLate(opened) -> {
        end(early, opened.in(now.slot()));
        yield Future.failedFuture(unavailable());
      }
      case Opening.Opened now when life.equals(owner.incarnation()) -> {
        begun.run();
        if (early == null)
          begin.accept(stream(opened.in(now.slot()), asked));
        else
          headStarts.opened(early, now.slot());
        yield Future.succeededFuture(new StartedStream(start.stream(), epoch, false));
      }
      // Fenced between opening and hearing of it: the other owner goes on with it.
      case Opening.Opened late -> Future.succeededFuture(new StartedStream(start.stream(), epoch, false));
      case Opening.Existing(var stream, var existing) -> Future.succeededFuture(new StartedStream(stream, existing, true));
      case Opening.Conflict conflict ->
        Future.failedFuture(Refusal.of(ErrorCode.CONFLICT, "This idempotency key was used for another request; take a new one."));
      case Opening.Taken taken -> Future.failedFuture(Refusal.of(ErrorCode.CONFLICT, "There is a stream with this id already."));
      case Opening.TooMany many -> Future.failedFuture(tooMany());
      case Opening.Fenced fenced -> {
        owner.fenced();
        yield Future.failedFuture(NotCarriedOut.moved());
      }
    }).onComplete(done -> headStarts.over(early));
  }

  /** Its starter was told that nothing is known of it, and has nothing by which to find it: nobody would ever read what a provider is paid for. */
  private boolean isTooLate(Opened opened) {
    return opened.start().clientId() == null && tools.clock().millis() - opened.openedAt() >= Bus.TIMEOUT.toMillis();
  }

  private void end(RunningStream early, Opened opened) {
    RunningStream stream = early == null ? ending(opened) : early;
    if (early == null)
      runs.open(stream);
    else
      headStarts.opened(early, opened.slot());
    stream.fail(Failures.server(ErrorCode.UNAVAILABLE, "The answer could not be started in time.", 503));
  }

  private Future<StartedStream> unlogged(Opened opened, Asked asked, Runnable begun, Consumer<RunningStream> begin) {
    if (tools.unlogged().running(opened.start().user()) >= openings.maxPerUser())
      return Future.failedFuture(tooMany());
    tools.unlogged().open(opened.open());
    begun.run();
    begin.accept(stream(opened, asked));
    return Future.succeededFuture(new StartedStream(opened.start().stream(), opened.epoch(), false));
  }

  private static Refusal unavailable() {
    return Refusal.of(ErrorCode.UNAVAILABLE, "Answers cannot be started at the moment.");
  }

  private static Refusal tooMany() {
    return Problem.retryAfter(ErrorCode.RATE_LIMITED, "Too many of your answers are being written; wait for one to end.", TRY_AGAIN_MS)
        .refusal();
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

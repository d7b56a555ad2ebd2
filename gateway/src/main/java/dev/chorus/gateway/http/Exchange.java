package dev.chorus.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Principal;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.protocol.Json;
import dev.chorus.trace.Traces;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One HTTP request and its answer. On the gateway's context only. */
public final class Exchange {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
  private static final long DEFAULT_RETRY_AFTER_MS = 1000;
  private final HttpServerRequest request;
  private final String requestId;
  private final ErrorForm errors;
  private final int maxBodyBytes;
  private final BodyBytes bodies;
  private Map<String, String> names = Map.of();
  private Principal caller;
  private String traceparent;
  private Runnable over = () -> {};

  /** @param bodies that are on their way to this gateway */
  Exchange(HttpServerRequest request, String requestId, ErrorForm errors, int maxBodyBytes, BodyBytes bodies) {
    this.bodies = bodies;
    this.request = request;
    this.requestId = requestId;
    this.errors = errors;
    this.maxBodyBytes = maxBodyBytes;
    request.response().putHeader("X-Request-Id", requestId);
  }

  void named(Map<String, String> segments) {
    names = segments;
  }

  /** It is a span of its own from now until it is answered, within the caller's trace if they name one. */
  void traced(Traces traces, Route route) {
    Span span = traces.span(route.method() + " " + route.template(), header("traceparent")).setSpanKind(SpanKind.SERVER)
        .setAttribute("http.request.method", route.method()).setAttribute("http.route", route.template())
        .setAttribute("chorus.request_id", requestId).startSpan();
    traceparent = Traces.traceparent(span);
    if (span.isRecording())
      whenOver(() -> span.setAttribute("http.response.status_code", (long) response().getStatusCode()).end());
  }

  /** Runs it when the answer has been given or its client has gone. */
  void whenOver(Runnable then) {
    Runnable before = over;
    over = () -> {
      before.run();
      then.run();
    };
    response().endHandler(end -> over.run());
  }

  /** Names the span of this request, or that of the caller where nothing is recorded; null without either. */
  public String traceparent() {
    return traceparent;
  }

  void called(Principal principal) {
    caller = principal;
  }

  /** Who calls; null on open routes. */
  public Principal caller() {
    return caller;
  }

  public String requestId() {
    return requestId;
  }

  public String method() {
    return request.method().name();
  }

  public String path() {
    return request.path();
  }

  public HttpServerResponse response() {
    return request.response();
  }

  /** A header of the request, or null. */
  public String header(String name) {
    return request.getHeader(name);
  }

  /** A query parameter, or null. */
  public String query(String name) {
    return request.getParam(name);
  }

  /** A query parameter that is a number from 0 on, or null. */
  public Long number(String name) {
    String value = query(name);
    if (value == null || value.isEmpty())
      return null;
    try {
      long number = Long.parseLong(value);
      if (number >= 0)
        return number;
    } catch (NumberFormatException notANumber) {
      // Said below.
    }
    throw Problem.badRequest("'" + name + "' is not a whole number from 0 on.").refusal();
  }

  /** A named segment of the path, decoded. */
  public String segment(String name) {
    try {
      return URLDecoder.decode(names.get(name).replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notEncoded) {
      throw Problem.badRequest("The path is not percent-encoded as it should be.").refusal();
    }
  }

  /**
   * The room of the path, which the caller's token must allow.
   *
   * @param adminMay an admin needs no permission
   */
  public RoomId room(boolean adminMay) {
    RoomId room = RoomId.parse(segment("room"));
    if (!caller.mayJoin(room) && !(adminMay && caller.admin()))
      throw Refusal.of(ErrorCode.FORBIDDEN, "Your token does not allow this room.");
    return room;
  }

  /** Fails unless the caller is an admin. */
  public void adminOnly() {
    if (!caller.admin())
      throw Refusal.of(ErrorCode.FORBIDDEN, "Only an admin may do this.");
  }

  /** A limit of the query, from 1 to {@code max}. */
  public int limit(int byDefault, int max) {
    Long limit = number("limit");
    if (limit == null)
      return byDefault;
    if (limit < 1 || limit > max)
      throw Problem.badRequest("'limit' is not a number from 1 to " + max + ".").refusal();
    return limit.intValue();
  }

  /** The body as it is; fails with a refusal when it is too large. */
  public Future<byte[]> body() {
    return RequestBody.read(request, maxBodyBytes, bodies, caller.user());
  }

  /** The body as a JSON object; fails with a refusal when it is none or too large. */
  public Future<ObjectNode> jsonBody() {
    return body().map(bytes -> {
      JsonNode tree;
      try {
        tree = Json.read(bytes, 0, bytes.length);
      } catch (IOException notJson) {
        throw Problem.badRequest("The body is not JSON, or it is nested too deeply.").refusal();
      }
      if (!(tree instanceof ObjectNode object))
        throw Problem.badRequest("The body is not a JSON object.").refusal();
      return object;
    });
  }

  public void json(int status, Object value) {
    json(status, Json.bytes(value));
  }

  public void json(int status, byte[] body) {
    if (isAnswered())
      return;
    response().setStatusCode(status).putHeader("Content-Type", "application/json").putHeader("Cache-Control", "no-store")
        .end(Buffer.buffer(body));
  }

  /** Whether the answer has begun, or nobody is there to hear it. */
  public boolean isAnswered() {
    return response().headWritten() || response().ended() || response().closed();
  }

  /** Answers with what went wrong; a failure that is no refusal is logged, and the caller hears nothing of its inside. */
  public void refuse(Throwable failure) {
    if (!(failure instanceof Refusal)) {
      LOG.atError().addKeyValue("requestId", requestId).addKeyValue("method", method()).addKeyValue("path", path()).setCause(failure)
          .log("request failed");
    }
    refuse(Refusal.problemOf(failure));
  }

  public void refuse(Problem problem) {
    if (isAnswered())
      return;
    retryAfter(problem);
    json(problem.code().httpStatus(), errors.body(problem));
  }

  /** The body of a refusal as this path's clients expect it. */
  byte[] error(Problem problem) {
    return errors.body(problem);
  }

  private void retryAfter(Problem problem) {
    if (problem.code() != ErrorCode.RATE_LIMITED && problem.code() != ErrorCode.UNAVAILABLE && problem.retryAfterMs() == null)
      return;
    long ms = problem.retryAfterMs() == null ? DEFAULT_RETRY_AFTER_MS : problem.retryAfterMs();
    response().putHeader("Retry-After", Long.toString(Math.max(1, (ms + 999) / 1000)));
  }
}

package dev.chorus.gateway.http;

import dev.chorus.gateway.auth.Authenticator;
import dev.chorus.gateway.auth.RequestCredential;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Principal;
import dev.chorus.model.Problem;
import dev.chorus.model.UserId;
import dev.chorus.model.Words;
import dev.chorus.trace.Traces;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Everything but the upgrade to a WebSocket: finds the route of each request, after what all of them share (docs/protocol.md, section 9). */
public final class HttpApi implements Handler<HttpServerRequest> {
  private static final Pattern REQUEST_ID = Pattern.compile("[\\x21-\\x7e]{1,128}");
  private static final String EXPOSED = "Location, Chorus-Stream-Id, X-Request-Id, Retry-After, ";
  /** No database could keep it, so that no name has it. */
  private static final String NUL = "%00";
  private final List<Route> routes;
  private final Authenticator authenticator;
  private final Origins origins;
  private final Function<String, ErrorForm> errorForms;
  private final int maxBodyBytes;
  private final BodyBytes bodies;
  private final LongAnswers longAnswers;
  private final String exposed;
  private final BooleanSupplier draining;
  private final Traces traces;

  /**
   * @param errorForms by path
   * @param answersPerUser of those that may go on for long
   * @param costHeader pages of other origins may read it too
   */
  public HttpApi(List<Route> routes, Authenticator authenticator, Origins origins, Function<String, ErrorForm> errorForms, int maxBodyBytes,
      int answersPerUser, String costHeader, BooleanSupplier draining, Traces traces) {
    this.routes = List.copyOf(routes);
    this.authenticator = authenticator;
    this.origins = origins;
    this.errorForms = errorForms;
    this.maxBodyBytes = maxBodyBytes;
    this.bodies = BodyBytes.ofHeap(maxBodyBytes);
    this.longAnswers = new LongAnswers(answersPerUser);
    this.exposed = EXPOSED + costHeader;
    this.draining = draining;
    this.traces = traces;
  }

  /** All that it answers. */
  public List<Route> routes() {
    return routes;
  }

  @Override
  public void handle(HttpServerRequest request) {
    String path = request.path() == null ? "/" : request.path();
    Exchange exchange = new Exchange(request, requestId(request), errorForms.apply(path), maxBodyBytes, bodies);
    try {
      crossOrigin(request);
      if (!RequestCredential.isReadable(request))
        throw Problem.badRequest("The query is not percent-encoded as it should be.").refusal();
      if (request.uri().contains(NUL))
        throw Problem.badRequest("The address holds U+0000.").refusal();
      if (request.method().name().equals("OPTIONS"))
        preflight(request, path);
      else
        route(request, exchange, path);
    } catch (RuntimeException e) {
      exchange.refuse(e);
    }
  }

  private static String requestId(HttpServerRequest request) {
    String given = request.getHeader("X-Request-Id");
    return given != null && REQUEST_ID.matcher(given).matches() ? given : Words.random(16);
  }

  private void crossOrigin(HttpServerRequest request) {
    String origin = request.getHeader("Origin");
    if (origin == null || !origins.allows(origin, request.getHeader("Host")))
      return;
    request.response().putHeader("Access-Control-Allow-Origin", origin).putHeader("Vary", "Origin")
        .putHeader("Access-Control-Expose-Headers", exposed);
  }

  private void preflight(HttpServerRequest request, String path) {
    String asked = request.getHeader("Access-Control-Request-Headers");
    HttpServerResponse response = request.response().setStatusCode(204).putHeader("Allow", methods(path));
    if (response.headers().contains("Access-Control-Allow-Origin")) {
      response.putHeader("Access-Control-Allow-Methods", methods(path)).putHeader("Access-Control-Max-Age", "600").putHeader(
          "Access-Control-Allow-Headers",
          asked == null ? "Authorization, Content-Type" : asked);
    }
    response.end();
  }

  private void route(HttpServerRequest request, Exchange exchange, String path) {
    String method = request.method().name().equals("HEAD") ? "GET" : request.method().name();
    for (Route route : routes) {
      if (!route.method().equals(method))
        continue;
      Optional<Map<String, String>> names = route.match(path);
      if (names.isEmpty())
        continue;
      exchange.named(names.get());
      exchange.traced(traces, route);
      if (method.equals("POST") && draining.getAsBoolean()) {
        exchange.refuse(Problem.retryAfter(ErrorCode.UNAVAILABLE, "This node is going away; the next request reaches another.", 1000));
      } else {
        authorised(request, exchange, route);
      }
      return;
    }
    String methods = methods(path);
    if (methods.isEmpty()) {
      exchange.refuse(Problem.of(ErrorCode.NOT_FOUND, "There is nothing at this path."));
    } else {
      exchange.response().putHeader("Allow", methods);
      exchange.response().setStatusCode(405).putHeader("Content-Type", "application/json")
          .end(io.vertx.core.buffer.Buffer.buffer(exchange.error(Problem.badRequest("This path answers " + methods + " only."))));
    }
  }

  private String methods(String path) {
    List<String> methods = new ArrayList<>();
    for (Route route : routes) {
      if (!methods.contains(route.method()) && route.match(path).isPresent())
        methods.add(route.method());
    }
    return String.join(", ", methods);
  }

  private void authorised(HttpServerRequest request, Exchange exchange, Route route) {
    if (route.open()) {
      answer(exchange, route);
      return;
    }
    // What comes of the body meanwhile is left in the socket; whoever wants it resumes the request.
    request.pause();
    Future<Principal> caller = authenticator
        .authenticate(authenticator.takesNames() ? RequestCredential.name(request) : credential(request));
    caller.onComplete(result -> {
      if (result.failed()) {
        request.resume();
        exchange.response().putHeader("WWW-Authenticate", "Bearer");
        exchange.refuse(result.cause());
      } else {
        exchange.called(result.result());
        Optional<Problem> tooMany = route.lasting() ? oneMore(exchange) : Optional.empty();
        tooMany.ifPresentOrElse(exchange::refuse, () -> answer(exchange, route));
        if (!route.method().equals("POST") || tooMany.isPresent())
          request.resume();
      }
    });
  }

  /** Counts the exchange among its caller's that may go on for long, until it is over. */
  private Optional<Problem> oneMore(Exchange exchange) {
    // Who has gone meanwhile would never be counted back.
    if (exchange.isAnswered())
      return Optional.empty();
    UserId caller = exchange.caller().user();
    Optional<Problem> tooMany = longAnswers.take(caller);
    if (tooMany.isEmpty())
      exchange.whenOver(() -> longAnswers.giveBack(caller));
    return tooMany;
  }

  private static void answer(Exchange exchange, Route route) {
    try {
      route.answer().to(exchange);
    } catch (RuntimeException e) {
      exchange.refuse(e);
    }
  }

  /** Of the header; or, since a browser's EventSource cannot send one, of the query. */
  private static String credential(HttpServerRequest request) {
    String header = RequestCredential.header(request);
    return header == null && request.method().name().equals("GET") ? RequestCredential.query(request) : header;
  }
}

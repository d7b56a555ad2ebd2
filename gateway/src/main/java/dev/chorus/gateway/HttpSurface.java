package dev.chorus.gateway;

import dev.chorus.bus.DeliveryClient;
import dev.chorus.bus.ProgressClient;
import dev.chorus.bus.StreamingClient;
import dev.chorus.gateway.aisdk.ChatResource;
import dev.chorus.gateway.auth.Authenticator;
import dev.chorus.gateway.config.GatewayConfig;
import dev.chorus.gateway.http.ErrorForm;
import dev.chorus.gateway.http.HealthResource;
import dev.chorus.gateway.http.Heartbeat;
import dev.chorus.gateway.http.HttpApi;
import dev.chorus.gateway.http.MemberResource;
import dev.chorus.gateway.http.MessageDelivery;
import dev.chorus.gateway.http.Origins;
import dev.chorus.gateway.http.Pages;
import dev.chorus.gateway.http.QueueResource;
import dev.chorus.gateway.http.RoomMessages;
import dev.chorus.gateway.http.Route;
import dev.chorus.gateway.http.StreamFiguresResource;
import dev.chorus.gateway.http.StreamPosts;
import dev.chorus.gateway.http.StreamResource;
import dev.chorus.gateway.limit.UserRates;
import dev.chorus.gateway.moderation.Moderation;
import dev.chorus.gateway.openai.ChatCompletions;
import dev.chorus.gateway.openai.Models;
import dev.chorus.gateway.openai.OpenAiError;
import dev.chorus.gateway.progress.AgentStreams;
import dev.chorus.gateway.progress.ProgressResource;
import dev.chorus.gateway.progress.Projects;
import dev.chorus.gateway.send.Sends;
import dev.chorus.gateway.stream.StreamAccess;
import dev.chorus.gateway.stream.Streams;
import dev.chorus.gateway.watch.Hints;
import dev.chorus.node.NodeContext;
import dev.chorus.protocol.ClientFrameCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** All that a gateway answers by HTTP, on one screen. */
final class HttpSurface {
  private static final String OPENAI = "/v1/";
  private static final Duration HEARTBEAT = Duration.ofSeconds(15);

  private HttpSurface() {}

  /** What the routes need of the gateway; all of it lives on the gateway's context. */
  record Parts(Authenticator authenticator, Streams streams, StreamAccess access, StreamingClient streaming, Projects projects,
      ProgressClient progress, DeliveryClient delivery, Sends sends, Moderation moderation, UserRates rates,
      Hints hints) {}

  /**
   * @param more routes beside these
   * @param draining whether new work is refused
   */
  static HttpApi of(NodeContext node, GatewayConfig config, Parts parts, List<Route> more, BooleanSupplier draining) {
    return of(node, config, parts, more, draining, Heartbeat.comment(HEARTBEAT));
  }

  /** The same with another heartbeat for streaming answers. */
  static HttpApi of(NodeContext node, GatewayConfig config, Parts parts, List<Route> more, BooleanSupplier draining, Heartbeat heartbeat) {
    List<Route> routes = new ArrayList<>(more);
    routes.addAll(new ChatCompletions(node.vertx(), node.self(), parts.streams, parts.streaming, parts.rates, node.clock(), heartbeat,
        config.costHeader()).routes());
    routes
        .addAll(new ChatResource(node.vertx(), node.self(), parts.streams, parts.streaming, parts.rates, node.clock(), heartbeat).routes());
    routes.addAll(new Models(parts.streaming).routes());
    routes.addAll(new StreamPosts(node.vertx(), node.self(), new ClientFrameCodec(config.contents()), parts.streams, parts.rates,
        node.clock(), heartbeat).routes());
    routes.addAll(new StreamFiguresResource(parts.streaming, node.cluster()).routes());
    routes.addAll(new ProgressResource(node.vertx(), parts.projects, parts.progress, node.clock(), heartbeat).routes());
    routes.addAll(new AgentStreams(node.vertx(), parts.projects, parts.streams, parts.streaming, node.clock(), heartbeat).routes());
    routes.addAll(new StreamResource(node.vertx(), parts.streams, parts.access, parts.streaming, node.clock(), heartbeat).routes());
    routes
        .addAll(
            new RoomMessages(new ClientFrameCodec(config.contents()), parts.delivery, parts.sends, parts.rates, parts.hints, node.clock())
                .routes());
    routes.addAll(new MessageDelivery(parts.delivery).routes());
    routes.addAll(new QueueResource(parts.delivery).routes());
    routes.addAll(new MemberResource(parts.delivery, parts.moderation).routes());
    routes.addAll(new HealthResource(node.health()).routes());
    routes.addAll(new Pages().routes());
    return new HttpApi(routes, parts.authenticator, new Origins(config.allowedOrigins()), HttpSurface::errors, config.maxBodyBytes(),
        config.answersPerUser(),
        config.costHeader(), draining, node.traces());
  }

  private static ErrorForm errors(String path) {
    return path.startsWith(OPENAI) ? OpenAiError::body : ErrorForm.CHORUS;
  }
}

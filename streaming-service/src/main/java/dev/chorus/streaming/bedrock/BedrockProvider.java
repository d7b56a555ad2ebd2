package dev.chorus.streaming.bedrock;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.model.Words;
import dev.chorus.protocol.Json;
import dev.chorus.streaming.anthropic.MessagesReader;
import dev.chorus.streaming.anthropic.MessagesRequest;
import dev.chorus.streaming.conversation.Conversation;
import dev.chorus.streaming.exchange.Endpoint;
import dev.chorus.streaming.exchange.ErrorBody;
import dev.chorus.streaming.exchange.Outgoing;
import dev.chorus.streaming.provider.ChatFrames;
import dev.chorus.streaming.provider.Generation;
import dev.chorus.streaming.provider.PrefixGap;
import dev.chorus.streaming.provider.Provider;
import dev.chorus.streaming.provider.ProviderEntry;
import dev.chorus.streaming.provider.ProviderFailure;
import dev.chorus.streaming.provider.ProviderFailure.Cause;
import dev.chorus.streaming.provider.ProviderRequest;
import dev.chorus.streaming.provider.ProviderSink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * Models behind Amazon Bedrock. The AWS SDK finds the credentials and signs; requests and answers go through the same HTTP client as those of other providers, so that a slow log
 * holds the socket itself. With a key in the provider file (a Bedrock API key) nothing is signed. Used on one context.
 */
public final class BedrockProvider implements Provider {
  private static final Logger LOG = LoggerFactory.getLogger(BedrockProvider.class);
  private static final String INVOKED_VERSION = "bedrock-2023-05-31";
  private static final int ID_LETTERS = 20;
  private final Vertx vertx;
  private final Clock clock;
  private final ProviderEntry provider;
  private final String url;
  private final ErrorBody errors;
  private final Endpoint endpoint;
  private final Signature signature;

  /** With the credentials of the environment, a profile, a container or an instance, as the AWS SDK finds them. */
  public BedrockProvider(Vertx vertx, Clock clock, ProviderEntry provider) {
    this(vertx, clock, provider, new Supplier<>() {
      private DefaultCredentialsProvider chain;

      @Override
      public synchronized AwsCredentialsIdentity get() {
        if (chain == null)
          chain = DefaultCredentialsProvider.builder().build();
        return chain.resolveCredentials();
      }
    });
  }

  BedrockProvider(Vertx vertx, Clock clock, ProviderEntry provider, Supplier<AwsCredentialsIdentity> credentials) {
    this.vertx = vertx;
    this.clock = clock;
    this.provider = provider;
    this.url = provider.baseUrl() != null ? provider.baseUrl() : address(provider.region());
    this.errors = new ErrorBody(provider, url);
    this.endpoint = new Endpoint(vertx, clock, provider, errors);
    this.signature = new Signature(credentials, provider.region(), clock);
  }

  private static String address(String region) {
    return "https://bedrock-runtime." + region + (region.startsWith("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com");
  }

  @Override
  public Generation open(ProviderRequest request, ProviderSink sink) {
    PrefixGap gap = new PrefixGap(request.prefix());
    ChatFrames frames = new ChatFrames(Words.random(ID_LETTERS), clock.millis(), request.model(), request.raw());
    EventBody events = provider.invokes() ? new InvokedEvents(new MessagesReader(frames, errors, gap)) : new ConverseEvents(frames, gap);
    return endpoint.open(outgoing(request, gap), new EventStreamAnswer(events, errors), sink);
  }

  private Future<Outgoing> outgoing(ProviderRequest request, PrefixGap gap) {
    return switch (Conversation.read(request.body(), gap.given())) {
      case Conversation.Reading.Wrong wrong -> Future.succeededFuture(new Outgoing.Impossible(wrong.failure()));
      case Conversation.Reading.Understood(Conversation said) -> provider.invokes() ? invoke(request, said) : converse(request, said);
    };
  }

  private Future<Outgoing> converse(ProviderRequest request, Conversation said) {
    ProviderFailure problem = ConverseRequest.problem(said);
    return problem != null
        ? Future.succeededFuture(new Outgoing.Impossible(problem))
        : post(request.model(), "/converse-stream", ConverseRequest.body(said, request.body()));
  }

  private Future<Outgoing> invoke(ProviderRequest request, Conversation said) {
    ObjectNode body = MessagesRequest.body(said, request.body(), request.prefix() != null);
    return post(request.model(), "/invoke-with-response-stream", body.put("anthropic_version", INVOKED_VERSION));
  }

  private Future<Outgoing> post(String model, String operation, ObjectNode body) {
    // A model may be named by an ARN, whose slashes belong to the one step of the path.
    String address = url + "/model/" + URLEncoder.encode(model, StandardCharsets.UTF_8).replace("+", "%20") + operation;
    byte[] bytes = Json.bytes(body);
    if (provider.key() != null) {
      Map<String, String> bearer = Map.of("Authorization", "Bearer " + provider.key());
      return Future.succeededFuture(new Outgoing.Post(address, bearer, Buffer.buffer(bytes)));
    }
    // Finding credentials may read files and ask other hosts.
    return vertx.<Outgoing>executeBlocking(() -> new Outgoing.Post(address, signature.headers(address, bytes), Buffer.buffer(bytes)), false)
        .recover(failure -> Future.succeededFuture(new Outgoing.Impossible(unsigned(failure))));
  }

  private ProviderFailure unsigned(Throwable failure) {
    LOG.atWarn().addKeyValue("provider", provider.name())
        .addKeyValue("reason", failure instanceof SdkException ? failure.getMessage() : failure.toString())
        .log("There are no AWS credentials to sign a request with.");
    return ProviderFailure.of(Cause.NO_CREDENTIALS, "The provider of this model is not available at the moment.");
  }
}

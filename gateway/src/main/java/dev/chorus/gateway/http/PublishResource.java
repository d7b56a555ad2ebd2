package dev.chorus.gateway.http;

import dev.chorus.gateway.publish.Publisher;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.protocol.Ack;
import java.util.List;

/** {@code POST /api/publish}: events of other programs, for admins. */
public final class PublishResource {
  private final Publisher publisher;

  public PublishResource(Publisher publisher) {
    this.publisher = publisher;
  }

  public List<Route> routes() {
    return List.of(Route.of("POST", "/api/publish", this::publish));
  }

  private void publish(Exchange exchange) {
    if (!exchange.caller().admin()) {
      exchange.refuse(Problem.of(ErrorCode.FORBIDDEN, "Only an admin may publish."));
      return;
    }
    exchange.jsonBody().map(body -> {
      publisher.publish(body);
      return new Ack.Empty();
    }).onSuccess(done -> exchange.json(200, done)).onFailure(exchange::refuse);
  }
}

package dev.chorus.gateway.openai;

import dev.chorus.bus.StreamingClient;
import dev.chorus.gateway.http.Exchange;
import dev.chorus.gateway.http.Route;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code GET /v1/models}: the names of the provider file. */
public final class Models {
  private final StreamingClient streaming;

  public Models(StreamingClient streaming) {
    this.streaming = streaming;
  }

  public List<Route> routes() {
    return List.of(Route.of("GET", "/v1/models", this::list), Route.of("GET", "/v1/models/{name...}", this::one));
  }

  private void list(Exchange exchange) {
    streaming.models().onSuccess(listed -> {
      Map<String, Object> body = new LinkedHashMap<>();
      body.put("object", "list");
      body.put("data", listed.models().stream().map(Models::model).toList());
      exchange.json(200, body);
    }).onFailure(exchange::refuse);
  }

  private void one(Exchange exchange) {
    String name = exchange.segment("name");
    streaming.models().onSuccess(listed -> {
      if (listed.models().contains(name))
        exchange.json(200, model(name));
      else
        new Refusals(exchange, Surface.OPENAI).of(OpenAiError.modelNotFound("The model '" + name + "' does not exist."));
    }).onFailure(exchange::refuse);
  }

  private static Map<String, Object> model(String name) {
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("id", name);
    model.put("object", "model");
    // When it was made nobody has said.
    model.put("created", 0);
    model.put("owned_by", "chorus");
    return model;
  }
}

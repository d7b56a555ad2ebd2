package dev.chorus.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.chorus.gateway.http.Route;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIVersion;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The description of the HTTP API, {@code /openapi.yaml}: served to anybody, valid by OpenAPI's own schema, and of exactly what a gateway answers. */
final class DescriptionTest {
  /** The page and its parts are not for programs. */
  private static final Set<String> PAGES = Set.of("GET /", "GET /{name}");
  /** What is no route: the upgrade, and the description, which is one of the page's parts. */
  private static final Set<String> BESIDE = Set.of("GET /api/ws/chat", "GET /openapi.yaml");
  private static final Set<String> METHODS = Set.of("get", "post", "put", "delete");
  private static TestGateway gateway;
  private static HttpResponse<String> answer;
  private static JsonNode description;

  @BeforeAll
  static void read() throws Exception {
    gateway = TestGateway.start();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + "/openapi.yaml")).build();
      answer = client.send(request, BodyHandlers.ofString());
    }
    description = new YAMLMapper().readTree(answer.body());
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @Test
  void itIsServedToAnybody() {
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/yaml");
    assertThat(description.path("openapi").asText()).startsWith("3.1.");
  }

  @Test
  void itIsValid() throws Exception {
    Future<?> valid = OpenAPIVersion.V3_1.getRepository(gateway.vertx, "app://")
        .compose(schemas -> OpenAPIVersion.V3_1.validateContract(gateway.vertx, schemas, new JsonObject(description.toString())))
        .map(verdict -> {
          assertThat(verdict.getValid()).describedAs(String.valueOf(verdict.toJson())).isTrue();
          return null;
        });
    valid.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  @Test
  void whatItRefersToIsThere() {
    for (JsonNode reference : description.findValues("$ref"))
      assertThat(description.at(reference.asText().substring(1)).isMissingNode()).describedAs(reference.asText()).isFalse();
  }

  @Test
  void itNamesWhatAGatewayAnswersAndNothingElse() {
    assertThat(described(operation -> true)).isEqualTo(answered(route -> true));
  }

  @Test
  void whatNeedsNoTokenIsSaidToNeedNone() {
    assertThat(described(operation -> operation.path("security").toString().contains("{}"))).isEqualTo(answered(Route::open));
  }

  @Test
  void everyOperationHasANameOfItsOwn() {
    var names = description.findValuesAsText("operationId");
    assertThat(names).doesNotHaveDuplicates().hasSameSizeAs(described(operation -> true));
  }

  private static Set<String> answered(Predicate<Route> which) {
    Set<String> answered = new TreeSet<>(BESIDE);
    for (Route route : gateway.service.http().routes()) {
      if (which.test(route))
        answered.add(route.method() + " " + route.template().replace("...}", "}"));
    }
    answered.removeAll(PAGES);
    return answered;
  }

  private static Set<String> described(Predicate<JsonNode> which) {
    Set<String> described = new TreeSet<>();
    description.path("paths").properties().forEach(path -> path.getValue().properties().forEach(operation -> {
      if (METHODS.contains(operation.getKey()) && which.test(operation.getValue()))
        described.add(operation.getKey().toUpperCase(java.util.Locale.ROOT) + " " + path.getKey());
    }));
    return described;
  }

  @Test
  void pathsNameTheirParameters() {
    description.path("paths").properties().forEach(path -> {
      Set<String> named = new HashSet<>();
      for (JsonNode parameter : path.getValue().path("parameters")) {
        JsonNode said = parameter.has("$ref") ? description.at(parameter.path("$ref").asText().substring(1)) : parameter;
        named.add("{" + said.path("name").asText() + "}");
      }
      Set<String> wanted = new HashSet<>();
      for (String segment : path.getKey().split("/", -1)) {
        if (segment.startsWith("{"))
          wanted.add(segment);
      }
      assertThat(named).describedAs(path.getKey()).isEqualTo(wanted);
    });
  }
}

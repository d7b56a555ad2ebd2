package dev.chorus.e2e.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** A program that uses the HTTP surface with one token. */
public final class HttpApi {
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
      .connectTimeout(ANSWER).build();
  private static final ObjectMapper JSON = new ObjectMapper();
  private final URI base;
  private final String token;

  public HttpApi(URI base, String token) {
    this.base = base;
    this.token = token;
  }

  /** The status of a GET without a token, or -1 when nobody answers. */
  public static int status(URI address) {
    try {
      return CLIENT.send(HttpRequest.newBuilder(address).timeout(ANSWER).build(), HttpResponse.BodyHandlers.discarding())
          .statusCode();
    } catch (IOException e) {
      return -1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }

  public HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
    return CLIENT.send(request(path, headers).GET().build(), HttpResponse.BodyHandlers.ofString());
  }

  public HttpResponse<String> post(String path, String body, String... headers) throws IOException, InterruptedException {
    return CLIENT.send(
        request(path, headers).header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  public HttpResponse<String> delete(String path) throws IOException, InterruptedException {
    return CLIENT.send(request(path).DELETE().build(), HttpResponse.BodyHandlers.ofString());
  }

  public static JsonNode json(HttpResponse<String> answer) throws IOException {
    return JSON.readTree(answer.body());
  }

  private HttpRequest.Builder request(String path, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofSeconds(60));
    if (token != null)
      request.header("Authorization", "Bearer " + token);
    if (headers.length > 0)
      request.headers(headers);
    return request;
  }
}

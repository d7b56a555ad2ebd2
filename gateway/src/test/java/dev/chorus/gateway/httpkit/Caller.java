package dev.chorus.gateway.httpkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Function;

/** Speaks HTTP like a client. */
public final class Caller implements AutoCloseable {
  private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Function<String, URI> server;
  private final String token;

  public Caller(Function<String, URI> server, String token) {
    this.server = server;
    this.token = token;
  }

  /** Asks; headers are names and values in turn. */
  public HttpResponse<String> get(String path, String... headers) {
    return send(request(path, headers).GET().build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  public HttpResponse<String> post(String path, String body, String... headers) {
    return send(request(path, headers).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
        HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  public HttpResponse<String> other(String method, String path, String... headers) {
    return send(request(path, headers).method(method, HttpRequest.BodyPublishers.noBody()).build(),
        HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  /** An answer that is read as it comes; returns once its status is there. */
  public Answer open(String method, String path, String body, String... headers) {
    HttpRequest.BodyPublisher publisher = body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
    return new Answer(send(request(path, headers).method(method, publisher).build(), HttpResponse.BodyHandlers.ofInputStream()));
  }

  private HttpRequest.Builder request(String path, String... headers) {
    HttpRequest.Builder builder = HttpRequest.newBuilder(server.apply(path)).timeout(Duration.ofSeconds(60));
    if (token != null)
      builder.header("Authorization", "Bearer " + token);
    if (headers.length > 0)
      builder.headers(headers);
    return builder;
  }

  private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    try {
      return client.send(request, handler);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }

  /** An answer on its way. */
  public static final class Answer implements AutoCloseable {
    public final HttpResponse<InputStream> head;
    private final BufferedReader lines;

    Answer(HttpResponse<InputStream> head) {
      this.head = head;
      this.lines = new BufferedReader(new InputStreamReader(head.body(), StandardCharsets.UTF_8));
    }

    /** The next line, empty ones too; null at the end. */
    public String line() {
      try {
        return lines.readLine();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** All that is left. */
    public String rest() {
      StringBuilder rest = new StringBuilder();
      for (String line = line(); line != null; line = line())
        rest.append(line).append('\n');
      return rest.toString();
    }

    @Override
    public void close() {
      try {
        head.body().close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}

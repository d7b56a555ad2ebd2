package dev.chorus.gateway.http;

import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The page at {@code /} and what it consists of, and the description of the HTTP API, out of the program's own resources. */
public final class Pages {
  private static final Pattern NAME = Pattern.compile("[a-z0-9-]+\\.(html|js|css|svg|yaml)");
  private static final Map<String, String> TYPES = Map.of("html", "text/html; charset=utf-8", "js", "text/javascript; charset=utf-8", "css",
      "text/css; charset=utf-8", "svg", "image/svg+xml", "yaml", "application/yaml");
  /** Nothing inline, nothing from elsewhere, and nobody may frame it. */
  private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
      + "form-action 'self'; frame-ancestors 'none'";
  private final Map<String, Page> pages = new HashMap<>();

  private record Page(Buffer bytes, String type, String tag) {}

  public List<Route> routes() {
    return List.of(Route.open("GET", "/", exchange -> serve(exchange, "index.html")),
        Route.open("GET", "/{name}", exchange -> serve(exchange, exchange.segment("name"))));
  }

  private void serve(Exchange exchange, String name) {
    Optional<Page> found = page(name);
    if (found.isEmpty()) {
      exchange.refuse(Problem.of(ErrorCode.NOT_FOUND, "There is nothing at this path."));
      return;
    }
    Page page = found.get();
    HttpServerResponse response = exchange.response().putHeader("ETag", page.tag).putHeader("Cache-Control", "no-cache")
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Content-Security-Policy", POLICY).putHeader("Referrer-Policy", "no-referrer");
    if (page.tag.equals(exchange.header("If-None-Match")))
      response.setStatusCode(304).end();
    else
      response.putHeader("Content-Type", page.type).end(page.bytes);
  }

  /** Read once; only what exists is kept, so that the map is as small as the page. */
  private Optional<Page> page(String name) {
    if (!NAME.matcher(name).matches())
      return Optional.empty();
    Page known = pages.get(name);
    if (known != null)
      return Optional.of(known);
    try (InputStream resource = Pages.class.getResourceAsStream("/web/" + name)) {
      if (resource == null)
        return Optional.empty();
      byte[] bytes = resource.readAllBytes();
      Page page = new Page(Buffer.buffer(bytes), TYPES.get(name.substring(name.lastIndexOf('.') + 1)), tag(bytes));
      pages.put(name, page);
      return Optional.of(page);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name, e);
    }
  }

  private static String tag(byte[] bytes) {
    try {
      return '"' + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 16) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}

package dev.chorus.gateway.auth;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The public keys at an address. They are fetched when a token needs them, at most once in {@value #PAUSE_MS} ms, whatever tokens come. */
final class KeySet {
  private static final Logger LOG = LoggerFactory.getLogger(KeySet.class);
  private static final long PAUSE_MS = 10_000;
  private static final int TIMEOUT_MS = 5_000;
  private static final Set<String> PUBLIC_KEYS = Set.of("RSA", "EC", "OKP");
  private final HttpClient client;
  private final URI address;
  private final Clock clock;
  private long fetchedAt = Long.MIN_VALUE / 2;
  private Future<Boolean> fetching;
  private List<JsonObject> keys = List.of();

  KeySet(Vertx vertx, URI address, Clock clock) {
    this.client = vertx.createHttpClient(new HttpClientOptions().setConnectTimeout(TIMEOUT_MS));
    this.address = address;
    this.clock = clock;
  }

  /** Fetches the set if that is due. True when the keys are others than before. */
  Future<Boolean> refresh() {
    if (fetching != null)
      return fetching;
    if (clock.millis() - fetchedAt < PAUSE_MS)
      return Future.succeededFuture(false);
    fetchedAt = clock.millis();
    fetching = fetch().map(this::take).recover(failure -> {
      LOG.atWarn().setCause(failure).log("The key set for tokens could not be fetched.");
      return Future.succeededFuture(false);
    }).onComplete(done -> fetching = null);
    return fetching;
  }

  private Future<Buffer> fetch() {
    RequestOptions request = new RequestOptions().setMethod(HttpMethod.GET).setAbsoluteURI(address.toString()).setTimeout(TIMEOUT_MS);
    return client.request(request).compose(r -> r.send()).compose(response -> response.statusCode() == 200
        ? response.body()
        : Future.failedFuture("status " + response.statusCode())).timeout(TIMEOUT_MS, TimeUnit.MILLISECONDS);
  }

  private boolean take(Buffer body) {
    JsonArray set;
    try {
      set = body.toJsonObject().getJsonArray("keys", new JsonArray());
    } catch (DecodeException | ClassCastException e) {
      LOG.atWarn().log("The key set for tokens is not a JSON object with keys.");
      return false;
    }
    List<JsonObject> fetched = set.stream().filter(JsonObject.class::isInstance).map(JsonObject.class::cast)
        .filter(key -> PUBLIC_KEYS.contains(key.getString("kty")) && !"enc".equals(key.getString("use"))).toList();
    boolean changed = !fetched.equals(keys);
    keys = fetched;
    return changed && !keys.isEmpty();
  }

  List<JsonObject> keys() {
    return keys;
  }
}

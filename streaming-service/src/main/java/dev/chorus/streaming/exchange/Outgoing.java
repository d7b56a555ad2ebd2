package dev.chorus.streaming.exchange;

import dev.chorus.streaming.provider.ProviderFailure;
import io.vertx.core.buffer.Buffer;
import java.util.Map;

/** What is to be sent to a provider. */
public sealed interface Outgoing {
  /**
   * A {@code POST} with a JSON body.
   *
   * @param url whole, with its path as it is to stand on the wire
   */
  record Post(String url, Map<String, String> headers, Buffer body) implements Outgoing {}

  /** The request cannot be said in this dialect, or there is nothing to sign it with. */
  record Impossible(ProviderFailure failure) implements Outgoing {}
}

package dev.chorus.streaming.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What one attempt asks for.
 *
 * @param body an OpenAI chat-completions request; the adapter does not change it
 * @param model as the provider knows it; it takes the place of the body's
 * @param raw frames are wanted in their OpenAI form too
 * @param prefix what of the answer's text is there already, to be gone on from at exactly that point; null when it is to begin. Asked only of targets that can (prefill)
 */
public record ProviderRequest(ObjectNode body, String model, boolean raw, String prefix) {
  /** An answer from its beginning. */
  public ProviderRequest(ObjectNode body, String model, boolean raw) {
    this(body, model, raw, null);
  }
}

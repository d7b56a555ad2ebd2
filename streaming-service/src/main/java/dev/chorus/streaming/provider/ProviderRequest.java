package dev.chorus.streaming.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What one attempt asks for.
 *
 * @param body an OpenAI chat-completions request; the adapter does not change it
 * @param model as the provider knows it; it takes the place of the body's
 * @param raw frames are wanted in their OpenAI form too
 */
public record ProviderRequest(ObjectNode body, String model, boolean raw) {}

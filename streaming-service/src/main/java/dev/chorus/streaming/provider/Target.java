package dev.chorus.streaming.provider;

/**
 * One place where a model can be asked for.
 *
 * @param model as the provider knows it
 * @param timeouts the model entry's where it names any, else the provider's
 */
public record Target(ProviderEntry provider, String model, Timeouts timeouts, boolean prefill) {
  /** Provider and model together: one base URL may serve several models, and one of them may be broken alone. */
  public String name() {
    return provider.name() + "/" + model;
  }
}

package dev.chorus.streaming.thinking;

import dev.chorus.streaming.provider.Generation;
import dev.chorus.streaming.provider.Provider;
import dev.chorus.streaming.provider.ProviderRequest;
import dev.chorus.streaming.provider.ProviderSink;

/** A provider whose tagged reasoning is told apart from its text. Its frames in their raw form stay as they came. */
public final class ThinkingProvider implements Provider {
  private final Provider provider;

  public ThinkingProvider(Provider provider) {
    this.provider = provider;
  }

  @Override
  public Generation open(ProviderRequest request, ProviderSink sink) {
    return provider.open(request, new ThinkingSink(sink));
  }
}

package dev.chorus.streaming.provider;

/** Where answers come from. One adapter per dialect; all of them keep the same contract, which one test runs against each. */
public interface Provider {
  /**
   * Begins one attempt at an answer. The sink hears of it on the caller's context, never before this has returned: frames, then exactly one of finished or failed, and nothing
   * after that or after {@link Generation#cancel()}.
   */
  Generation open(ProviderRequest request, ProviderSink sink);
}

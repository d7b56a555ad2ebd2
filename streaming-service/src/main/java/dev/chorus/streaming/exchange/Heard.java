package dev.chorus.streaming.exchange;

import dev.chorus.protocol.Usage;
import dev.chorus.streaming.provider.Frame;
import dev.chorus.streaming.provider.ProviderFailure;

/** What one event of a provider's stream says. */
public sealed interface Heard {
  record Said(Frame frame) implements Heard {}

  /** So much has been used so far. */
  record Counted(Usage usage) implements Heard {}

  record Failed(ProviderFailure failure) implements Heard {}

  /** Nothing comes any more. It says nothing of whether the answer is whole. */
  record Done() implements Heard {}
}

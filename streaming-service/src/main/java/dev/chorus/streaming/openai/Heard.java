package dev.chorus.streaming.openai;

import dev.chorus.streaming.provider.Frame;
import dev.chorus.streaming.provider.ProviderFailure;

/** What one event of a provider's stream says. */
sealed interface Heard {
  record Said(Frame frame) implements Heard {}

  record Failed(ProviderFailure failure) implements Heard {}

  /** {@code [DONE]}: nothing comes any more. It says nothing of whether the answer is whole. */
  record Done() implements Heard {}
}

package dev.chorus.streaming.provider;
import dev.chorus.protocol.Usage;

/** Who hears what becomes of an attempt. */
public interface ProviderSink {
  /** Names the span that the call is a part of, for the provider; null when there is none. */
  String traceparent();

  /** Bytes came, whatever they hold: the provider is not silent. */
  void alive();

  void frame(Frame frame);

  /** What the attempt has used so far, as the provider counts; the latest holds. Few dialects say so before the end, but then it holds for an attempt that fails too. */
  default void counted(Usage usage) {}

  /** The provider said why it finished, and that was all. */
  void finished(Finish finish);

  void failed(ProviderFailure failure);
}

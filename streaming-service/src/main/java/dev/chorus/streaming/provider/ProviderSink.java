package dev.chorus.streaming.provider;

/** Who hears what becomes of an attempt. */
public interface ProviderSink {
  /** Bytes came, whatever they hold: the provider is not silent. */
  void alive();

  void frame(Frame frame);

  /** The provider said why it finished, and that was all. */
  void finished(Finish finish);

  void failed(ProviderFailure failure);
}

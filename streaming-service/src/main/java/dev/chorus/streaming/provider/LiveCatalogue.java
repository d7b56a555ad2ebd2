package dev.chorus.streaming.provider;

import java.util.List;
import java.util.function.Supplier;

/** The catalogue that holds now. Reading the file again changes it as a whole or not at all: running answers keep the targets that they began with. Safe for any thread. */
public final class LiveCatalogue implements Supplier<Catalogue> {
  private final Supplier<ProviderFile.Reading> file;
  private volatile Catalogue catalogue;

  /** @param file reads the provider file */
  public LiveCatalogue(Catalogue catalogue, Supplier<ProviderFile.Reading> file) {
    this.catalogue = catalogue;
    this.file = file;
  }

  /** One that stays as it is. */
  public static LiveCatalogue fixed(Catalogue catalogue) {
    return new LiveCatalogue(catalogue, () -> new ProviderFile.Reading(catalogue, List.of()));
  }

  @Override
  public Catalogue get() {
    return catalogue;
  }

  /** Reads the file again. What is wrong with it, if anything; then nothing has changed. */
  public List<String> reload() {
    ProviderFile.Reading reading = file.get();
    if (reading.problems().isEmpty())
      catalogue = reading.catalogue();
    return reading.problems();
  }
}

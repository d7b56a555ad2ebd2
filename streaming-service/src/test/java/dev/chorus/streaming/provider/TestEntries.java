package dev.chorus.streaming.provider;

import java.util.Optional;

/** Providers as a file would name them, all with the same key. */
public final class TestEntries {
  public static final String KEY = "secret-key-of-ours";

  private TestEntries() {}

  /** One at that address. */
  public static ProviderEntry entry(String dialect, String url) {
    return entry(dialect, url, "");
  }

  /** @param more fields of its entry, each with a comma before it */
  public static ProviderEntry entry(String dialect, String url, String more) {
    String address = dialect.equals("bedrock") ? "endpoint" : "baseUrl";
    String file = "{\"providers\":[{\"name\":\"main\",\"dialect\":\"" + dialect + "\",\"" + address + "\":\"" + url
        + "\",\"apiKeyEnv\":\"KEY\",\"headers\":{\"X-Team\":\"chat\"}" + more
        + "}],\"models\":[{\"name\":\"*\",\"targets\":[{\"provider\":\"main\"}]}]}";
    ProviderFile.Reading reading = ProviderFile.read(file, name -> Optional.of(KEY));
    if (!reading.problems().isEmpty())
      throw new IllegalArgumentException(reading.problems().toString());
    return reading.catalogue().providers().get("main");
  }
}

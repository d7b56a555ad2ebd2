package dev.chorus.streaming.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.protocol.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Reads the provider file: JSON with {@code providers}, {@code models}, {@code retry} and {@code breaker} (docs/operations.md). Secrets stand in it by the name of an environment
 * variable only. Every problem is told, as a sentence that names the place.
 */
public final class ProviderFile {
  /** What holds without a file: one simulated provider, which takes every model. */
  private static final String SIMULATED = """
      {"providers": [{"name": "sim", "dialect": "simulated", "tokensPerSecond": 50}],
       "models": [{"name": "assistant", "targets": [{"provider": "sim", "model": "assistant"}]}, {"name": "*", "targets": [{"provider": "sim"}]}]}""";

  /** The parser's own words for a place, which stands behind in ours. */
  private static final Pattern WHERE = Pattern.compile(" \\(for .*");

  private ProviderFile() {}

  /** A file as it was read, or what is wrong with it. */
  public record Reading(Catalogue catalogue, List<String> problems) {}

  /** What is wrong with the file; nothing when it can be used. */
  public static List<String> check(String json, Map<String, String> environment) {
    return read(json, name -> Optional.ofNullable(environment.get(name))).problems();
  }

  /**
   * The catalogue, which must not be used when there are problems.
   *
   * @param secrets the value of an environment variable
   */
  public static Reading read(String json, Function<String, Optional<String>> secrets) {
    List<String> problems = new ArrayList<>();
    JsonNode root;
    try {
      root = Json.read(json);
    } catch (JsonProcessingException e) {
      return failed("The provider file is not JSON: "
          + WHERE.matcher(e.getOriginalMessage().lines().findFirst().orElse("")).replaceFirst("") + place(e));
    }
    if (!root.isObject())
      return failed("The provider file is not a JSON object with \"providers\" and \"models\".");
    Section file = new Section("the provider file", root, problems);
    file.only("providers", "models", "retry", "breaker");
    RetryPolicy retry = Policies.retry(file.section("retry"), RetryPolicy.DEFAULT);
    BreakerPolicy breaker = Policies.breaker(file.section("breaker"), BreakerPolicy.DEFAULT);
    Map<String, ProviderEntry> providers = new LinkedHashMap<>();
    for (Section entry : file.sections("providers", "provider")) {
      ProviderEntry provider = ProviderEntries.read(entry, secrets);
      if (provider.name() != null && providers.put(provider.name(), provider) != null)
        entry.problem("has a name that another provider has.");
    }
    List<Catalogue.ModelEntry> models = new ArrayList<>();
    for (Section entry : file.sections("models", "model")) {
      Catalogue.ModelEntry model = ModelEntries.read(entry, providers, retry, breaker);
      if (models.stream().anyMatch(other -> other.name().equals(model.name())))
        entry.problem("has a name that another model has.");
      models.add(model);
    }
    return new Reading(new Catalogue(providers, models), List.copyOf(problems));
  }

  /** What a server without a provider file offers. */
  public static Catalogue simulated() {
    return read(SIMULATED, name -> Optional.empty()).catalogue();
  }

  /** A file that could not even be read. */
  public static Reading unreadable(String path) {
    return failed("The provider file \"" + path + "\" cannot be read.");
  }

  private static Reading failed(String problem) {
    return new Reading(new Catalogue(Map.of(), List.of()), List.of(problem));
  }

  private static String place(JsonProcessingException e) {
    return e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ", column " + e.getLocation().getColumnNr() + ")";
  }
}

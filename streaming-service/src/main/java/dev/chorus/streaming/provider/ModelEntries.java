package dev.chorus.streaming.provider;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads the models of the provider file. */
final class ModelEntries {
  private ModelEntries() {}

  static Catalogue.ModelEntry read(Section entry, Map<String, ProviderEntry> providers, RetryPolicy retry, BreakerPolicy breaker) {
    entry.only("name", "targets", "price", "retry", "breaker", "recovery", "firstTokenTimeoutMs", "interChunkTimeoutMs", "totalTimeoutMs",
        "connectTimeoutMs",
        "maxConcurrent", "prefill");
    String name = entry.requiredText("name");
    List<Target> targets = new ArrayList<>();
    for (Section target : entry.sections("targets", "target")) {
      target.only("provider", "model", "prefill");
      String provider = target.requiredText("provider");
      ProviderEntry known = provider == null ? null : providers.get(provider);
      if (known != null)
        targets.add(target(entry, target, known));
      else if (provider != null)
        target.problem("names the provider \"" + provider + "\", which is not in \"providers\".");
    }
    return new Catalogue.ModelEntry(name == null ? "" : name, List.copyOf(targets), Policies.price(entry),
        Policies.retry(entry.section("retry"), retry),
        Policies.breaker(entry.section("breaker"), breaker), entry.flag("recovery", true));
  }

  /** The model's limits, where it names any, go over the provider's. A target stands for {@code *} too when it names no model: the request's own name goes on. */
  private static Target target(Section model, Section target, ProviderEntry provider) {
    String named = target.text("model");
    boolean prefill = target.flag("prefill", model.flag("prefill", provider.prefill()));
    ProviderEntry limited = provider.limited(model.number("connectTimeoutMs", provider.connectTimeoutMs(), 1),
        model.number("maxConcurrent", provider.maxConcurrent(), 1));
    return new Target(limited, named, Policies.timeouts(model, provider.timeouts()), prefill);
  }
}

package dev.chorus.streaming.provider;

import dev.chorus.model.ErrorCode;
import dev.chorus.model.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The provider file as it holds: providers by name, and models in the order of the file. */
public record Catalogue(Map<String, ProviderEntry> providers, List<ModelEntry> models) {
  static final String ANY = "*";

  /**
   * One model of the file.
   *
   * @param name {@code *} stands for every model that has no entry of its own
   * @param targets their model is null where the request's own name goes on
   * @param recovery whether a broken answer may be continued
   */
  record ModelEntry(String name, List<Target> targets, Price price, RetryPolicy retry, BreakerPolicy breaker, boolean recovery) {}

  /** The names to show, {@code *} left out. */
  public List<String> names() {
    return models.stream().map(ModelEntry::name).filter(name -> !name.equals(ANY)).toList();
  }

  /**
   * Where a request for that model goes. Refused with {@code not_found} when no entry takes it, with {@code bad_request} when there is no such provider.
   *
   * @param provider go only there, or null
   */
  public Route route(String model, String provider) {
    ModelEntry entry = find(model).orElseThrow(() -> Refusal.of(ErrorCode.NOT_FOUND, "There is no model '" + model + "'."));
    List<Target> targets = entry.targets.stream().map(target -> named(target, model)).toList();
    if (provider != null)
      targets = only(provider, targets, model);
    return new Route(model, targets, entry.price, entry.retry, entry.breaker, entry.recovery);
  }

  private List<Target> only(String provider, List<Target> targets, String model) {
    ProviderEntry entry = providers.get(provider);
    if (entry == null)
      throw Refusal.of(ErrorCode.BAD_REQUEST, "There is no provider '" + provider + "'.");
    List<Target> there = targets.stream().filter(target -> target.provider().name().equals(entry.name())).toList();
    return there.isEmpty() ? List.of(new Target(entry, model, entry.timeouts(), entry.prefill())) : there;
  }

  private Optional<ModelEntry> find(String model) {
    return models.stream().filter(entry -> entry.name.equals(model)).findFirst()
        .or(() -> models.stream().filter(entry -> entry.name.equals(ANY)).findFirst());
  }

  private static Target named(Target target, String model) {
    return target.model() != null ? target : new Target(target.provider(), model, target.timeouts(), target.prefill());
  }
}

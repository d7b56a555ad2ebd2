package dev.chorus.streaming.provider;
import dev.chorus.protocol.Cost;
import dev.chorus.protocol.Usage;

/** What a model costs, per million tokens. */
public record Price(double promptPerMillion, double completionPerMillion, String currency) {
  private static final double MILLION = 1_000_000;

  public Cost of(Usage usage) {
    double amount = (usage.promptTokens() * promptPerMillion + usage.completionTokens() * completionPerMillion) / MILLION;
    return new Cost(amount, currency);
  }
}

package dev.chorus.streaming.provider;

/** Reads the policies of the provider file, each over what holds without it. */
final class Policies {
  private Policies() {}

  static RetryPolicy retry(Section section, RetryPolicy otherwise) {
    section.only("attempts", "baseDelayMs", "maxDelayMs", "honourRetryAfter", "attemptBudgetMs");
    return new RetryPolicy(section.number("attempts", otherwise.attempts(), 1), section.number("baseDelayMs", otherwise.baseDelayMs(), 0),
        section.number("maxDelayMs", otherwise.maxDelayMs(), 0), section.flag("honourRetryAfter", otherwise.honourRetryAfter()),
        section.number("attemptBudgetMs", otherwise.attemptBudgetMs(), 1));
  }

  static BreakerPolicy breaker(Section section, BreakerPolicy otherwise) {
    section.only("failures", "windowSeconds", "openSeconds");
    return new BreakerPolicy(section.number("failures", otherwise.failures(), 1),
        section.number("windowSeconds", otherwise.windowSeconds(), 1),
        section.number("openSeconds", otherwise.openSeconds(), 1));
  }

  static Timeouts timeouts(Section section, Timeouts otherwise) {
    return new Timeouts(section.number("firstTokenTimeoutMs", otherwise.firstTokenMs(), 1),
        section.number("interChunkTimeoutMs", otherwise.interChunkMs(), 1),
        section.number("totalTimeoutMs", otherwise.totalMs(), 1));
  }

  /** Null where there is none. */
  static Price price(Section model) {
    if (!model.has("price"))
      return null;
    Section section = model.section("price");
    section.only("promptPerMillion", "completionPerMillion", "currency");
    String currency = section.text("currency");
    return new Price(section.decimal("promptPerMillion", 0, 0), section.decimal("completionPerMillion", 0, 0),
        currency == null ? "USD" : currency);
  }
}

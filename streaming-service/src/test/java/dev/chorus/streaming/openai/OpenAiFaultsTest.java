package dev.chorus.streaming.openai;

import dev.chorus.streaming.exchange.DialectContract;
import dev.chorus.streaming.provider.Provider;
import dev.chorus.streaming.provider.TestEntries;
import dev.chorus.testkit.provider.Dialect;
import io.vertx.core.Vertx;
import java.time.Clock;

final class OpenAiFaultsTest implements DialectContract {
  @Override
  public Dialect dialect() {
    return Dialect.OPENAI;
  }

  @Override
  public Provider adapter(Vertx vertx, String url) {
    return new OpenAiProvider(vertx, Clock.systemUTC(), TestEntries.entry("openai", url));
  }
}

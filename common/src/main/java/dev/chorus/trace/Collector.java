package dev.chorus.trace;

import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where spans are sent. Says when that begins to fail and when it works again; the library would print a stack for each failure. */
final class Collector implements SpanExporter {
  private static final Logger LOG = LoggerFactory.getLogger(Collector.class);
  /** Held, since the JDK forgets the levels of loggers that nobody holds. */
  private static final java.util.logging.Logger LIBRARY = java.util.logging.Logger.getLogger("io.opentelemetry");
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private final SpanExporter exporter;
  private final AtomicBoolean failing = new AtomicBoolean();

  Collector(URI address) {
    LIBRARY.setLevel(Level.OFF);
    exporter = OtlpHttpSpanExporter.builder().setEndpoint(address.toString()).setTimeout(TIMEOUT).build();
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    CompletableResultCode sent = exporter.export(spans);
    return sent.whenComplete(() -> tell(sent.isSuccess()));
  }

  private void tell(boolean success) {
    if (failing.getAndSet(!success) == !success)
      return;
    if (success)
      LOG.info("The collector takes spans again.");
    else
      LOG.warn("The collector of traces does not take spans; those of this time are lost.");
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }
}

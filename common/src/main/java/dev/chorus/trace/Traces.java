package dev.chorus.trace;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The spans of a node. A trace is passed on as text, the {@code traceparent} of W3C's Trace Context, so that it crosses the bus and the log. Where no collector is named nothing is
 * recorded, and what callers send is passed on as it is.
 */
public final class Traces {
  private static final String SCOPE = "dev.chorus";
  private static final String TRACEPARENT = "traceparent";
  private static final double PERCENT = 100.0;
  private static final TextMapGetter<String> GETTER = new TextMapGetter<>() {
    @Override
    public Iterable<String> keys(String traceparent) {
      return List.of(TRACEPARENT);
    }

    @Override
    public String get(String traceparent, String key) {
      return TRACEPARENT.equals(key) ? traceparent : null;
    }
  };
  private final Tracer tracer;
  /** Null where nothing is recorded. */
  private final SdkTracerProvider recording;

  private Traces(Tracer tracer, SdkTracerProvider recording) {
    this.tracer = tracer;
    this.recording = recording;
  }

  /** Records nothing. */
  public static Traces passingOn() {
    return new Traces(OpenTelemetry.noop().getTracer(SCOPE), null);
  }

  /**
   * Records as that says.
   *
   * @param service for collectors, e.g. {@code chorus-gateway}
   * @param node this process
   */
  public static Traces of(TraceConfig config, String service, String node) {
    return config.collector().map(collector -> {
      Resource resource = Resource.getDefault().merge(Resource.create(
          Attributes.of(AttributeKey.stringKey("service.name"), service, AttributeKey.stringKey("service.instance.id"), node)));
      SdkTracerProvider provider = SdkTracerProvider.builder().setResource(resource)
          .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(config.percent() / PERCENT)))
          .addSpanProcessor(BatchSpanProcessor.builder(new Collector(collector)).build()).build();
      return new Traces(provider.get(SCOPE), provider);
    }).orElseGet(Traces::passingOn);
  }

  /**
   * A span to begin.
   *
   * @param traceparent of the span that it is a part of; null, or what is none: it begins a trace
   */
  public SpanBuilder span(String name, String traceparent) {
    Context root = Context.root();
    return tracer.spanBuilder(name)
        .setParent(traceparent == null ? root : W3CTraceContextPropagator.getInstance().extract(root, traceparent, GETTER));
  }

  /** What names the span to others; null when there is nothing to pass on. */
  public static String traceparent(Span span) {
    Map<String, String> headers = new HashMap<>(2);
    W3CTraceContextPropagator.getInstance().inject(Context.root().with(span), headers, Map::put);
    return headers.get(TRACEPARENT);
  }

  /** Sends what has not been sent; done when that is over, however it went. */
  public Future<Void> close() {
    if (recording == null)
      return Future.succeededFuture();
    Promise<Void> closed = Promise.promise();
    recording.shutdown().whenComplete(closed::complete);
    return closed.future();
  }
}

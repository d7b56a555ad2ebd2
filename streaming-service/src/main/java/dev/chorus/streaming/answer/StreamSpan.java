package dev.chorus.streaming.answer;

import dev.chorus.bus.StreamRecord.End;
import dev.chorus.streaming.attempt.Next;
import dev.chorus.trace.Traces;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;

/**
 * The part of a trace that one stream is on this node, and the attempts at providers within it, by the names of OpenTelemetry's conventions for generative AI. What is asked and
 * answered is in no span. Another node that goes on with the stream begins a span of its own in the same trace.
 */
final class StreamSpan {
  private static final String OPERATION = "chat";
  private final Traces traces;
  private final Span span;
  private final String traceparent;

  StreamSpan(Traces traces, Opened opened) {
    this.traces = traces;
    SpanBuilder builder = traces.span(OPERATION + " " + opened.model(), opened.start().traceparent())
        .setAttribute("gen_ai.operation.name", OPERATION).setAttribute("gen_ai.request.model", opened.model())
        .setAttribute("chorus.stream_id", opened.start().stream().value()).setAttribute("chorus.request_id", opened.start().requestId());
    this.span = builder.startSpan();
    this.traceparent = Traces.traceparent(span);
  }

  /** One attempt begins; whoever makes it ends it. */
  Span attempt(Next.Try what) {
    return traces.span(OPERATION + " " + what.target().model(), traceparent).setSpanKind(SpanKind.CLIENT)
        .setAttribute("gen_ai.operation.name", OPERATION).setAttribute("gen_ai.request.model", what.target().model())
        .setAttribute("gen_ai.provider.name", what.target().provider().name()).setAttribute("chorus.attempt", (long) what.number())
        .startSpan();
  }

  void ended(End end) {
    span.setAttribute("gen_ai.usage.input_tokens", end.usage().promptTokens()).setAttribute("gen_ai.usage.output_tokens",
        end.usage().completionTokens()).setAttribute("chorus.status", end.status());
    if (end.failure() != null)
      span.setAttribute("error.type", end.failure().error().code()).setStatus(StatusCode.ERROR);
    span.end();
  }

  /** Somebody else goes on with it. */
  void left() {
    span.setAttribute("chorus.status", "LEFT").end();
  }
}

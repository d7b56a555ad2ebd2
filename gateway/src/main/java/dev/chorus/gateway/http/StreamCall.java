package dev.chorus.gateway.http;

import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.gateway.stream.Resume;
import dev.chorus.gateway.stream.StreamReader;
import dev.chorus.gateway.stream.Streams;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Refusal;
import dev.chorus.model.StreamId;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One POST on its way to a stream of its own or of before. Whoever repeats it with the same key, or says what they saw last, attaches to what exists: nothing is generated
 * twice.
 */
public final class StreamCall {
  private final Streams streams;
  private final Exchange exchange;
  private final StreamAnswer answer;
  private final StreamReader reader;
  private final StartStream start;
  private final Consumer<Throwable> refused;

  /** @param refused hears why nothing is answered by the reader; at most once */
  public StreamCall(Streams streams, Exchange exchange, StreamAnswer answer, StreamReader reader, StartStream start,
      Consumer<Throwable> refused) {
    this.streams = streams;
    this.exchange = exchange;
    this.answer = answer;
    this.reader = reader;
    this.start = start;
    this.refused = refused;
  }

  /** Goes on behind {@code resume}, or begins. */
  public void begin(Optional<Resume> resume) {
    if (resume.isEmpty())
      start();
    else if (start.clientId() != null)
      startOrResume(resume.get());
    else
      resumeOrStart(resume.get());
  }

  private void start() {
    streams.start(start, exchange.caller(), false, reader).onSuccess(started -> found(started.streamId())).onFailure(this::failed);
  }

  /** What the key began goes on where the reader was. */
  private void startOrResume(Resume resume) {
    streams.start(start, exchange.caller(), false, null).onSuccess(started -> attach(started.streamId(), resume, this::failed))
        .onFailure(this::failed);
  }

  /** A stream's epoch is its word, and its key is the one that a new stream would have: what the reader saw says which one it was. One that is unknown is asked for anew. */
  private void resumeOrStart(Resume resume) {
    String id = start.stream().value();
    Optional<StreamId> before = StreamId.parse(id.substring(0, id.indexOf('~') + 1) + resume.epoch());
    if (before.isEmpty())
      start();
    else
      attach(before.get(), resume, failure -> {
        if (Refusal.problemOf(failure).code() == ErrorCode.BAD_REQUEST)
          failed(failure);
        else
          start();
      });
  }

  private void attach(StreamId stream, Resume resume, Consumer<Throwable> otherwise) {
    streams.attach(stream, resume.after(), resume.epoch(), exchange.caller(), false, !start.continueOnDisconnect(), reader)
        .onSuccess(attached -> {
          found(stream);
          if (!attached.complete())
            return;
          answer.close();
          exchange.response().setStatusCode(204).end();
        }).onFailure(otherwise::accept);
  }

  private void found(StreamId stream) {
    Map<String, String> headers = Map.of("Location", "/api/streams/" + stream, "Chorus-Stream-Id", stream.value());
    answer.headers(headers);
    if (!exchange.isAnswered())
      headers.forEach(exchange.response()::putHeader);
  }

  private void failed(Throwable failure) {
    if (answer.isOver())
      return;
    answer.close();
    refused.accept(failure);
  }
}

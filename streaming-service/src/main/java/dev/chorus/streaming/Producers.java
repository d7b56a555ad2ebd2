package dev.chorus.streaming;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.bus.NotCarriedOut;
import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamRecord.Chunk;
import dev.chorus.bus.StreamRecord.End;
import dev.chorus.bus.StreamRecord.Kind;
import dev.chorus.bus.StreamingClient;
import dev.chorus.bus.StreamingMessage.ProduceStream;
import dev.chorus.bus.StreamingMessage.ProducedStream;
import dev.chorus.bus.StreamingMessage.StreamHead;
import dev.chorus.cluster.Role;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.model.Text;
import dev.chorus.model.UserId;
import dev.chorus.node.NodeContext;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.StreamMetrics;
import dev.chorus.protocol.Usage;
import dev.chorus.streaming.attempt.Failures;
import dev.chorus.streaming.fanout.Fanout;
import dev.chorus.streaming.answer.Answer;
import dev.chorus.streaming.log.Production;
import dev.chorus.streaming.log.Production.Sofar;
import dev.chorus.streaming.log.Production.Step;
import dev.chorus.streaming.log.StoredStream;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Answers that programs elsewhere generate ({@code chorus.streams}, docs/protocol.md, section 10). Every step is one transaction in the log, which knows repeats; nothing of a
 * stream is kept here but what gateways are told of it. One whose producer falls silent for too long ends FAILED.
 */
final class Producers {
  private static final int WORD = 32;
  private static final int MAX_HEADS = 10_000;
  private static final String MODEL = "external";
  private final NodeContext node;
  private final Production production;
  private final Owner owner;
  private final Fanout fanout;
  private final StreamingClient client;
  private final Duration silence;
  /** Of running ones, for the digests. */
  private final Map<StreamId, StreamHead> heads = new LinkedHashMap<>() {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<StreamId, StreamHead> eldest) {
      return size() > MAX_HEADS;
    }
  };

  /** @param silence after which a stream ends without its producer */
  Producers(NodeContext node, Production production, Owner owner, Fanout fanout, StreamingClient client, Duration silence) {
    this.node = node;
    this.production = production;
    this.owner = owner;
    this.fanout = fanout;
    this.client = client;
    this.silence = silence;
  }

  /** What came to the public address: read, and passed on to the stream's owner. */
  Future<ProducedStream> on(ObjectNode body) {
    ProduceStream step = read(body);
    return client.produce(step);
  }

  private static ProduceStream read(ObjectNode body) {
    JsonNode producer = body.path("producer");
    String op = text(body, "op");
    String room = text(body, "room");
    String id = text(body, "streamId");
    String producerId = text(producer, "id");
    boolean numbered = producer.path("epoch").isIntegralNumber() && producer.path("seq").isIntegralNumber();
    if (!UserId.isValid(producerId) || !numbered)
      throw Problem.badRequest("'producer' is an object with an 'id' of 1 to 128 bytes, and whole numbers 'epoch' and 'seq'.").refusal();
    RoomId in = room == null ? null : RoomId.parse(room);
    if (id == null && !"open".equals(op))
      throw Problem.badRequest("'streamId' is missing.").refusal();
    // The same opening gives the same id, so that a repeat finds its stream.
    StreamId stream = id == null
        ? StreamId.of(in, word(producerId + "\n" + producer.path("epoch") + "\n" + producer.path("seq")))
        : StreamId.parse(id).orElseThrow(() -> Problem.badRequest("'streamId' is not the id of a stream.").refusal());
    if (id != null && in != null && !stream.room().equals(Optional.of(in)))
      throw Problem.badRequest("'streamId' does not belong to that room: it begins with the room's name.").refusal();
    return new ProduceStream(stream, stream.room().orElse(null), op, text(body, "text"), text(body, "kind"), text(body, "model"),
        text(body, "agentId"),
        producerId, producer.path("epoch").asLong(), producer.path("seq").asLong(), usage(body.path("usage")));
  }

  /** Null when the producer does not say. */
  private static Usage usage(JsonNode said) {
    if (said.isMissingNode() || said.isNull())
      return null;
    JsonNode prompt = said.path("promptTokens");
    JsonNode completion = said.path("completionTokens");
    JsonNode total = said.path("totalTokens");
    if (!isCount(prompt) || !isCount(completion) || !(total.isMissingNode() || isCount(total)))
      throw Problem.badRequest(
          "'usage' is an object with the whole numbers 'promptTokens' and 'completionTokens', and 'totalTokens' if it is not their sum.")
          .refusal();
    return new Usage(prompt.asLong(), completion.asLong(), total.asLong(prompt.asLong() + completion.asLong()), null);
  }

  private static boolean isCount(JsonNode value) {
    return value.canConvertToLong() && value.isIntegralNumber() && value.asLong() >= 0;
  }

  private static String word(String text) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8))).substring(0,
          WORD);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  private static String text(JsonNode body, String name) {
    JsonNode value = body.path(name);
    if (value.isMissingNode() || value.isNull())
      return null;
    if (!value.isTextual() || !Text.isStorable(value.textValue()))
      throw Problem.badRequest("'" + name + "' is not a text that can be kept.").refusal();
    return value.textValue();
  }

  Future<ProducedStream> produce(ProduceStream step) {
    if (!isOurs(step.stream()) || !owner.isRegistered())
      return Future.failedFuture(NotCarriedOut.moved());
    return switch (step.op() == null ? "" : step.op()) {
      case "open" -> open(step);
      case "append" -> take(step, chunk(step));
      case "end" -> end(step, sofar -> end("COMPLETED", "stop", null, step.usage(), sofar));
      case "cancel" -> end(step, sofar -> end("CANCELLED", null, null, step.usage(), sofar));
      default -> throw Problem.badRequest("'op' is one of open, append, end and cancel.").refusal();
    };
  }

  private static StreamRecord chunk(ProduceStream step) {
    if (step.text() == null || step.text().isEmpty())
      throw Problem.badRequest("'text' is missing.").refusal();
    Kind kind = switch (step.kind() == null ? "content" : step.kind()) {
      case "content" -> Kind.CONTENT;
      case "reasoning" -> Kind.REASONING;
      default -> throw Problem.badRequest("'kind' is content or reasoning.").refusal();
    };
    return new Chunk(1, kind, step.text(), null, null, null);
  }

  /** What the producer does not count is estimated from what it has said; of its prompt nothing is known here. */
  private End end(String status, String reason, StreamRecord.Failure failure, Usage said, Sofar sofar) {
    return new End(1, status, reason, failure, said == null ? Answer.estimate(0, sofar.bytes()) : said, null, metrics(sofar));
  }

  private StreamMetrics metrics(Sofar sofar) {
    Long first = sofar.firstAt() == null ? null : Math.max(0, sofar.firstAt() - sofar.openedAt());
    return new StreamMetrics(first, Math.max(0, node.clock().millis() - sofar.openedAt()), sofar.chunks(), sofar.bytes(), 1, 0, 0);
  }

  /** The metrics of one that runs. */
  Future<StreamMetrics> metrics(StreamId stream) {
    return Controls.available(production.sofar(stream)).map(this::metrics);
  }

  private Future<ProducedStream> open(ProduceStream step) {
    long now = node.clock().millis();
    String model = step.model() == null ? MODEL : step.model();
    return Controls.available(production.open(owner.incarnation(), step, model, now)).map(outcome -> {
      switch (outcome) {
        case "taken" -> throw Refusal.of(ErrorCode.CONFLICT, "There is a stream with this id already.");
        case "conflict" -> throw older();
        case "many" ->
          throw Refusal.of(ErrorCode.RATE_LIMITED, "Too many answers of this producer are being written; end one before the next.");
        default -> {
          Event.StreamOpen open = new Event.StreamOpen(step.stream(), step.stream().word(), step.agentId(), null, model, step.producer(),
              new UserId(step.producer()), now);
          fanout.add(step.stream(), step.room(), open, 0, List.of());
          fanout.flush();
          return new ProducedStream(step.stream(), 0);
        }
      }
    });
  }

  private Future<ProducedStream> take(ProduceStream step, StreamRecord record) {
    return Controls.available(production.take(owner.incarnation(), step, record)).map(taken -> answer(step, taken, record));
  }

  private Future<ProducedStream> end(ProduceStream step, Function<Sofar, End> made) {
    return Controls.available(production.end(owner.incarnation(), step, made))
        .map(ended -> answer(step, ended.step(), ended.end()));
  }

  private ProducedStream answer(ProduceStream step, Step taken, StreamRecord record) {
    switch (taken.outcome()) {
      case "done" -> tell(step.stream(), step.room(), numbered(record, taken.seq()));
      case "repeat" -> {
        // What the first was answered.
      }
      case "missing" -> throw Refusal.of(ErrorCode.NOT_FOUND, "This producer has not opened such a stream.");
      case "old" -> throw older();
      case "gap" -> throw Refusal.of(ErrorCode.CONFLICT, "A step of this producer before 'seq' " + step.producerSeq() + " is missing.");
      default -> throw Refusal.of(ErrorCode.CONFLICT, "The stream has ended.");
    }
    return new ProducedStream(step.stream(), taken.seq());
  }

  private static Refusal older() {
    return Refusal.of(ErrorCode.CONFLICT, "A later 'epoch' of this producer has taken over.");
  }

  private static StreamRecord numbered(StreamRecord record, long seq) {
    return switch (record) {
      case Chunk chunk -> new Chunk(seq, chunk.kind(), chunk.text(), null, null, null);
      case End end -> new End(seq, end.status(), end.finishReason(), end.failure(), end.usage(), null, end.metrics());
      case StreamRecord.Notice notice -> notice;
    };
  }

  private void tell(StreamId stream, RoomId room, StreamRecord record) {
    fanout.add(stream, room, null, record.seq() - 1, List.of(record));
    fanout.flush();
    if (!isOurs(stream))
      return;
    // Answers of PostgreSQL may overtake one another: an end stays the end.
    StreamHead known = heads.remove(stream);
    heads.put(stream, known != null && known.head() > record.seq()
        ? known
        : new StreamHead(stream, room, stream.word(), record.seq(),
            record instanceof End end ? end.status() : "STREAMING"));
  }

  /** Streams whose keys are another node's now are for that one to tell of; here nobody would hear of their ends. */
  void clusterChanged() {
    heads.keySet().removeIf(stream -> !isOurs(stream));
  }

  private boolean isOurs(StreamId stream) {
    return node.cluster().ring(Role.STREAMING).owns(node.self(), stream.key());
  }

  /** For the digests. What has ended is told once more. */
  Collection<StreamHead> heads() {
    List<StreamHead> all = List.copyOf(heads.values());
    heads.values().removeIf(head -> !head.status().equals("STREAMING"));
    return all;
  }

  /** Ends it by the wish of somebody who may. */
  Future<Void> cancel(StoredStream stream) {
    return Controls.available(finish(stream, Duration.ZERO, sofar -> end("CANCELLED", null, null, null, sofar)));
  }

  private Future<Void> finish(StoredStream stream, Duration silent, Function<Sofar, End> made) {
    return production.end(stream.id(), silent, made).map(ended -> {
      if (ended != null)
        tell(stream.id(), stream.room(), numbered(ended.end(), ended.step().seq()));
      return null;
    });
  }

  /** Ends those, of the keys that are ours, whose producers have fallen silent. */
  void endSilent() {
    production.silent(silence).onSuccess(streams -> {
      for (StoredStream stream : streams)
        if (isOurs(stream.id()))
          finish(stream, silence,
              sofar -> end("FAILED", null,
                  Failures.server(ErrorCode.TIMEOUT, "The program that wrote this answer has fallen silent.", 504), null, sofar));
    });
  }
}

package dev.chorus.streaming.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamRecord.Chunk;
import dev.chorus.bus.StreamRecord.Kind;
import dev.chorus.bus.StreamRecord.Notice;
import dev.chorus.protocol.ToolDelta;
import dev.chorus.streaming.provider.Piece;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A reader who heeds resets always ends with the text of the attempt that was finished, whatever was said before and however both are cut. */
final class ComparisonProperties {
  /** What readers get, and the log that says it. */
  private static final class Log {
    final List<StreamRecord> records = new ArrayList<>();
    int resets;
    int continued;

    long next() {
      return records.size() + 1L;
    }

    void say(Piece piece) {
      records.add(switch (piece) {
        case Piece.Content(String text) -> new Chunk(next(), Kind.CONTENT, text, null, null, null);
        case Piece.Reasoning(String text) -> new Chunk(next(), Kind.REASONING, text, null, null, null);
        case Piece.Tool(ToolDelta delta) -> new Chunk(next(), Kind.TOOL, "", delta, null, null);
      });
    }

    void hear(Verdict verdict) {
      switch (verdict) {
        case Verdict.Swallowed swallowed -> {
          // Readers have it.
        }
        case Verdict.GoesOn(Piece piece) -> {
          continued++;
          say(piece);
        }
        case Verdict.Differs(long fromSeq, List<Piece> again) -> {
          resets++;
          assertThat(fromSeq).isBetween(0L, next() - 1);
          records.add(new Notice(next(), "reset", fromSeq, null, null));
          again.forEach(this::say);
        }
      }
    }
  }

  private static Log retried(List<Piece> first, List<Piece> second) {
    Log log = new Log();
    first.forEach(log::say);
    Comparison comparison = new Comparison(Said.of(log.records), 0);
    for (Piece piece : second)
      if (comparison.isOver())
        log.say(piece);
      else
        log.hear(comparison.on(piece));
    log.hear(comparison.end());
    return log;
  }

  /** The pieces as blocks, so that it does not matter how they are cut. */
  private static List<String> blocks(List<Piece> pieces) {
    Log log = new Log();
    pieces.forEach(log::say);
    return blocks(Said.of(log.records));
  }

  private static List<String> blocks(Said said) {
    return said.behind(0).stream().map(block -> block.kind + " " + block.tool + " " + block.name + " " + block.text).toList();
  }

  @Property
  void theReaderEndsWithTheSecondAnswer(@ForAll("answers") List<Piece> first, @ForAll("answers") List<Piece> second) {
    assertThat(blocks(Said.of(retried(first, second).records))).isEqualTo(blocks(second));
  }

  @Property
  void anAnswerThatRepeatsTheTextIsContinuedWithoutAReset(@ForAll("texts") List<String> said, @ForAll("texts") List<String> rest) {
    List<Piece> first = said.stream().<Piece>map(Piece.Content::new).toList();
    List<Piece> again = new ArrayList<>();
    // Cut otherwise than the first time, and through the seam.
    String whole = String.join("", said) + String.join("", rest);
    for (int from = 0; from < whole.length(); from = whole.offsetByCodePoints(from,
        Math.min(3, whole.codePointCount(from, whole.length()))))
      again.add(new Piece.Content(
          whole.substring(from, whole.offsetByCodePoints(from, Math.min(3, whole.codePointCount(from, whole.length()))))));
    Log log = retried(first, again);
    assertThat(log.resets).isZero();
    assertThat(log.continued).isEqualTo(rest.isEmpty() ? 0 : 1);
    assertThat(Said.of(log.records).text()).isEqualTo(whole);
  }

  @Property
  void aResetKeepsEveryChunkThatBothShare(@ForAll("texts") List<String> shared, @ForAll("texts") List<String> rest) {
    List<Piece> first = new ArrayList<>(shared.stream().<Piece>map(Piece.Content::new).toList());
    first.add(new Piece.Content("A" + String.join("", rest)));
    List<Piece> second = List.of(new Piece.Content(String.join("", shared) + "B" + String.join("", rest)));
    Log log = retried(first, second);
    assertThat(log.records).filteredOn(Notice.class::isInstance)
        .containsExactly(new Notice(first.size() + 1L, "reset", (long) shared.size(), null, null));
  }

  @Example
  void anUnfinishedToolCallBeginsAgainThoughItIsTheSame() {
    List<Piece> call = List.of(new Piece.Content("I look it up."), tool("weather", ""), tool(null, "{\"city\":"));
    Log log = retried(call, List.of(call.get(0), call.get(1), call.get(2), tool(null, "\"Oslo\"}")));
    assertThat(log.records).filteredOn(Notice.class::isInstance).containsExactly(new Notice(4, "reset", 1L, null, null));
    assertThat(blocks(Said.of(log.records))).containsExactly("CONTENT 0 null I look it up.", "TOOL 0 weather {\"city\":\"Oslo\"}");
  }

  @Example
  void aSecondCallOfTheSameNameIsNotTakenForTheFirst() {
    List<Piece> second = List.of(tool("weather", ""), tool("weather", ""));
    Log log = retried(List.of(tool("weather", ""), new Piece.Content("It rains.")), second);
    assertThat(blocks(Said.of(log.records))).isEqualTo(blocks(second));
  }

  @Example
  void unfinishedReasoningBeginsAgain() {
    Log log = retried(List.of(new Piece.Reasoning("Let me")), List.of(new Piece.Reasoning("Let me think."), new Piece.Content("Yes.")));
    assertThat(log.records).filteredOn(Notice.class::isInstance).containsExactly(new Notice(2, "reset", 0L, null, null));
  }

  @Example
  void finishedReasoningIsSwallowedWhenItIsTheSame() {
    Log log = retried(List.of(new Piece.Reasoning("Hm."), new Piece.Content("Ye")),
        List.of(new Piece.Reasoning("H"), new Piece.Reasoning("m."), new Piece.Content("Yes.")));
    assertThat(log.resets).isZero();
    assertThat(Said.of(log.records).text()).isEqualTo("Yes.");
  }

  private static Piece tool(String name, String arguments) {
    return new Piece.Tool(new ToolDelta(0, name == null ? null : "call_1", name, arguments));
  }

  @Provide
  Arbitrary<List<String>> texts() {
    return Arbitraries.of("a", "b", "ab", "ü", "😀", "a😀", "The ", "\n").list().ofMaxSize(8);
  }

  /** Few words, so that answers often begin alike; blocks as models send them: names on the first piece of a call, several calls by index. */
  @Provide
  Arbitrary<List<Piece>> answers() {
    Arbitrary<List<Piece>> content = Arbitraries.of("a", "b", "ab", "😀").<Piece>map(Piece.Content::new).list().ofMinSize(1).ofMaxSize(4);
    Arbitrary<List<Piece>> reasoning = Arbitraries.of("a", "b").<Piece>map(Piece.Reasoning::new).list().ofMinSize(1).ofMaxSize(3);
    Arbitrary<List<Piece>> call = Combinators
        .combine(Arbitraries.of("f", "g"), Arbitraries.of("{", "}", "").list().ofMaxSize(3), Arbitraries.integers().between(0, 1))
        .as((name, arguments, index) -> {
          List<Piece> pieces = new ArrayList<>();
          pieces.add(new Piece.Tool(new ToolDelta(index, "id", name, "")));
          arguments.forEach(text -> pieces.add(new Piece.Tool(new ToolDelta(index, null, null, text))));
          return pieces;
        });
    return Arbitraries.oneOf(List.of(content, reasoning, call)).list().ofMaxSize(4)
        .map(parts -> parts.stream().flatMap(List::stream).toList());
  }
}

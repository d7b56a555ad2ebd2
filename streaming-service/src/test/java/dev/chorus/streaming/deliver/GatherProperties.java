package dev.chorus.streaming.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.streaming.provider.Piece;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

final class GatherProperties {
  private static final Portions PORTIONS = new Portions(16, 50);

  private static String text(List<Piece> pieces, boolean reasoning) {
    StringBuilder text = new StringBuilder();
    for (Piece piece : pieces)
      if (piece instanceof Piece.Content(String content) && !reasoning)
        text.append(content);
      else if (piece instanceof Piece.Reasoning(String thought) && reasoning)
        text.append(thought);
    return text.toString();
  }

  @Property
  void whateverTheModeAllTextComesInItsOrder(@ForAll Deliver mode, @ForAll @IntRange(min = 0, max = 100) int mergeMs,
      @ForAll("pieces") List<Piece> pieces) {
    Gather gather = new Gather(mode, PORTIONS);
    List<Piece> out = new ArrayList<>();
    long now = 1000;
    for (Piece piece : pieces) {
      now += 7;
      gather.tick(mergeMs, now, out::add);
      gather.add(piece, mergeMs, now, out::add);
    }
    gather.flush(now, out::add);
    assertThat(text(out, false)).isEqualTo(text(pieces, false));
    assertThat(text(out, true)).isEqualTo(text(pieces, true));
    assertThat(out).noneMatch(piece -> piece instanceof Piece.Content(String content) && content.isEmpty());
  }

  @Provide
  Arbitrary<List<Piece>> pieces() {
    return Arbitraries.oneOf(Arbitraries.of("One", " two.", " Three! ", "\n", "…", "日本。", "😀").<Piece>map(Piece.Content::new),
        Arbitraries.of("so", " then. ").<Piece>map(Piece.Reasoning::new)).list().ofMaxSize(30);
  }

  private static List<String> portions(Deliver mode, String... pieces) {
    Gather gather = new Gather(mode, PORTIONS);
    List<Piece> out = new ArrayList<>();
    for (String piece : pieces)
      gather.add(new Piece.Content(piece), 0, 0, out::add);
    gather.flush(0, out::add);
    return out.stream().map(piece -> ((Piece.Content) piece).text()).toList();
  }

  @Example
  void sentencesEndBehindTheirMarkAndSpace() {
    assertThat(portions(Deliver.SENTENCE, "He s", "aid: \"Stop", ".\" Then", " 3.5 m", "iles! ", "And on"))
        .containsExactly("He said: \"Stop.\" ", "Then 3.5 miles! ", "And on");
    assertThat(portions(Deliver.SENTENCE, "これは。", "それ")).containsExactly("これは。", "それ");
    assertThat(portions(Deliver.SENTENCE, "a line\nanother")).containsExactly("a line\n", "another");
  }

  @Example
  void aSectionComesAtOnceAndABufferByItsBytes() {
    assertThat(portions(Deliver.SECTION, "One. ", "Two. ")).containsExactly("One. Two. ");
    assertThat(portions(Deliver.BUFFERED, "12345678", "90123456", "rest")).containsExactly("1234567890123456", "rest");
  }

  @Example
  void aBufferIsLetGoByTime() {
    Gather gather = new Gather(Deliver.BUFFERED, PORTIONS);
    List<Piece> out = new ArrayList<>();
    gather.add(new Piece.Content("a"), 0, 100, out::add);
    gather.tick(0, 149, out::add);
    assertThat(out).isEmpty();
    gather.tick(0, 150, out::add);
    assertThat(out).containsExactly(new Piece.Content("a"));
    assertThat(gather.waits()).isFalse();
  }

  @Example
  void tokensAreMergedOnlyAsLongAsTheNodeIsBusy() {
    Gather gather = new Gather(Deliver.TOKEN, PORTIONS);
    List<Piece> out = new ArrayList<>();
    gather.add(new Piece.Content("a"), 40, 100, out::add);
    gather.add(new Piece.Content("b"), 40, 110, out::add);
    gather.add(new Piece.Content("c"), 40, 120, out::add);
    assertThat(out).containsExactly(new Piece.Content("a"));
    gather.add(new Piece.Content("d"), 0, 121, out::add);
    assertThat(out).containsExactly(new Piece.Content("a"), new Piece.Content("bcd"));
  }

  @Example
  void theNodeMergesTheLongerTheMoreItHears() {
    Pace pace = new Pace();
    long now = 0;
    for (int piece = 0; piece < 1000; piece++)
      assertThat(pace.on(now++)).isZero();
    for (int piece = 0; piece < 20_000; piece++)
      pace.on(now + piece / 4);
    assertThat(pace.mergeMs()).isEqualTo(40);
    for (int piece = 0; piece < 200_000; piece++)
      pace.on(now + 6000 + piece / 100);
    assertThat(pace.mergeMs()).isEqualTo(100);
    assertThat(pace.on(now + 60_000)).as("quiet again").isZero();
  }
}

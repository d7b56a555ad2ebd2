package dev.chorus.streaming.thinking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.streaming.provider.Piece;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class ThinkingTagsProperties {
  /** Text and reasoning, each joined. */
  private record Sorted(String text, String reasoning) {}

  private static Sorted sorted(List<String> parts) {
    ThinkingTags tags = new ThinkingTags();
    List<Piece> pieces = new ArrayList<>();
    parts.forEach(part -> tags.add(part, pieces::add));
    tags.end(pieces::add);
    StringBuilder text = new StringBuilder();
    StringBuilder reasoning = new StringBuilder();
    for (Piece piece : pieces) {
      switch (piece) {
        case Piece.Content(String said) -> text.append(said);
        case Piece.Reasoning(String thought) -> reasoning.append(thought);
        case Piece.Tool tool -> throw new AssertionError();
      }
    }
    return new Sorted(text.toString(), reasoning.toString());
  }

  private static List<String> parts(String text, int size) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < text.length(); i += size)
      parts.add(text.substring(i, Math.min(text.length(), i + size)));
    return parts;
  }

  @Test
  void whatStandsBetweenTagsIsReasoningAndTheTagsAreNothing() {
    assertThat(sorted(List.of("a<thinking>b</thinking>c"))).isEqualTo(new Sorted("ac", "b"));
    assertThat(sorted(List.of("<think>b</think>", "c<thinking>d</thinking>"))).isEqualTo(new Sorted("c", "bd"));
    assertThat(sorted(List.of("<thinking>never closed"))).isEqualTo(new Sorted("", "never closed"));
    assertThat(sorted(List.of("<thinking>a</think>b</thinking>c"))).isEqualTo(new Sorted("c", "a</think>b"));
  }

  @Test
  void whatOnlyLooksLikeATagIsText() {
    for (String text : List.of("<", "a < b", "<thinkin", "<b>x</b>", "<<thinkingg>", "</thinking>", "x<thin king>", "<think"))
      assertThat(sorted(List.of(text))).as(text).isEqualTo(new Sorted(text, ""));
    assertThat(sorted(List.of("<<thinking>x</thinking>"))).isEqualTo(new Sorted("<", "x"));
  }

  @Test
  void onlyWhatMayBecomeATagIsHeldBack() {
    ThinkingTags tags = new ThinkingTags();
    List<Piece> pieces = new ArrayList<>();
    tags.add("Hello <thi", pieces::add);
    assertThat(pieces).containsExactly(new Piece.Content("Hello "));
    assertThat(tags.holdsBack()).isTrue();
    tags.add("s", pieces::add);
    assertThat(pieces).containsExactly(new Piece.Content("Hello "), new Piece.Content("<this"));
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of("<thinking>", "</thinking>", "<think>", "</think>", "<", ">", "think", "a", "é", "</", "\n", "😀").list()
        .ofMaxSize(14)
        .map(parts -> String.join("", parts));
  }

  @Property(tries = 2000)
  void howItIsCutDoesNotMatter(@ForAll("texts") String text, @ForAll @IntRange(min = 1, max = 9) int size) {
    assertThat(sorted(parts(text, size))).isEqualTo(sorted(List.of(text)));
  }
}

package dev.chorus.streaming.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.protocol.Json;
import dev.chorus.streaming.provider.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Several choices, broken off anywhere and begun again with otherwise cut and mixed frames: readers end with what each of them says. */
final class ChoicesProperties {
  private static final List<String> TEXTS = List.of("one two three four", "eins zwei drei", "");

  private static String frame(int index, String text, boolean ends) {
    ObjectNode frame = Json.MAPPER.createObjectNode().put("id", "c1");
    ObjectNode choice = frame.putArray("choices").addObject().put("index", index);
    choice.putObject("delta").put("content", text);
    choice.put("finish_reason", ends ? "stop" : null);
    return Json.text(frame);
  }

  /** The frames of all choices, each cut every so many characters, in the order that the turns say. */
  private static List<String> frames(List<Integer> turns, int cut) {
    int[] at = new int[TEXTS.size()];
    List<String> frames = new ArrayList<>();
    for (int turn : turns)
      next(turn % TEXTS.size(), at, cut, frames);
    for (int index = 0; index < at.length; index++)
      while (at[index] <= TEXTS.get(index).length())
        next(index, at, cut, frames);
    return frames;
  }

  private static void next(int index, int[] at, int cut, List<String> frames) {
    String text = TEXTS.get(index);
    if (at[index] > text.length())
      return;
    int to = Math.min(text.length(), at[index] + cut);
    frames.add(frame(index, text.substring(at[index], to), at[index] == text.length()));
    at[index] = at[index] == text.length() ? text.length() + 1 : to;
  }

  private static Map<Integer, String> read(List<String> frames) throws JsonProcessingException {
    Map<Integer, String> said = new TreeMap<>();
    for (String frame : frames)
      for (JsonNode choice : Json.read(frame).path("choices")) {
        said.merge(choice.path("index").asInt(), choice.path("delta").path("content").asText(""), String::concat);
        if (choice.hasNonNull("finish_reason"))
          said.merge(choice.path("index").asInt(), "|", String::concat);
      }
    return said;
  }

  @Property
  void whereverItBreaksOffEachChoiceIsSaidOnce(@ForAll("turns") List<Integer> first, @ForAll("turns") List<Integer> second,
      @ForAll @IntRange(min = 1, max = 6) int cut, @ForAll @IntRange(max = 40) int breaksAfter) throws Exception {
    List<String> before = frames(first, cut);
    List<String> seen = new ArrayList<>(before.subList(0, Math.min(breaksAfter, before.size())));
    Choices choices = new Choices(true);
    seen.forEach(choices::add);
    choices.again();
    for (String frame : frames(second, 7 - cut)) {
      Frame rest = choices.rest(new Frame(List.of(), true, frame));
      assertThat(rest).isNotNull();
      if (rest.raw() == null)
        continue;
      choices.add(rest.raw());
      seen.add(rest.raw());
    }
    assertThat(choices.isRepeated()).isTrue();
    assertThat(read(seen)).containsExactlyInAnyOrderEntriesOf(Map.of(0, TEXTS.get(0) + "|", 1, TEXTS.get(1) + "|", 2, "|"));
  }

  @Example
  void anotherTextIsNoticedInEachChoice() {
    Choices choices = new Choices(true);
    choices.add(frame(0, "one", false));
    choices.add(frame(1, "eins", true));
    choices.again();
    assertThat(choices.rest(new Frame(List.of(), true, frame(0, "on", false))).raw()).isNull();
    assertThat(choices.rest(new Frame(List.of(), true, frame(1, "zwei", false)))).isNull();
    choices.again();
    // What has said why it ended does not go on.
    assertThat(choices.rest(new Frame(List.of(), true, frame(1, "eins und", false)))).isNull();
    assertThat(choices.isRepeated()).isFalse();
  }

  @Example
  void whatIsNoTextIsNotCompared() {
    Choices choices = new Choices(true);
    choices.add(frame(0, "one", false));
    assertThat(choices.isComparable()).isTrue();
    choices.add("{\"choices\":[{\"index\":1,\"delta\":{\"tool_calls\":[{\"index\":0}]},\"finish_reason\":null}]}");
    assertThat(choices.isComparable()).isFalse();
    choices.clear();
    assertThat(choices.isComparable()).isFalse();
  }

  @Provide
  Arbitrary<List<Integer>> turns() {
    return Arbitraries.integers().between(0, 2).list().ofMaxSize(40);
  }
}

package dev.chorus.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CountedWordsTest {
  @Test
  void noWordIsMadeTwiceWhoeverMakesIt() {
    CountedWords one = new CountedWords();
    CountedWords other = new CountedWords();
    List<String> words = Stream.of(one, other).flatMap(maker -> Stream.generate(maker::next).limit(2_000)).toList();
    assertThat(words).doesNotHaveDuplicates().allMatch(word -> word.matches("[0-9A-Za-z]{13,25}"));
  }
}

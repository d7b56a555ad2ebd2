package dev.chorus.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class GlobProperties {
  @Property(tries = 5000)
  void itMatchesWhatTheSameRegularExpressionMatches(@ForAll @Chars({'*', 'a', 'b', '.'}) @StringLength(max = 8) String glob,
      @ForAll @CharRange(from = 'a', to = 'b') @StringLength(max = 8) String text) {
    String regex = Arrays.stream(glob.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
    assertThat(Glob.matches(glob, text)).isEqualTo(Pattern.matches(regex, text));
  }

  @Test
  void aNastyPatternCostsNoMoreThanOthers() {
    Assertions.assertThatNoException().isThrownBy(() -> org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60),
        () -> assertThat(Glob.matches("*a".repeat(200) + "b", "a".repeat(5000))).isFalse()));
  }
}

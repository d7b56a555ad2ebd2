package dev.chorus.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class TextProperties {
  @Property
  void itIsStorableExactlyWhenItEncodesToUtf8WithoutNul(@ForAll("any") String text) {
    assertThat(Text.isStorable(text)).isEqualTo(encodes(text) && text.indexOf(0) < 0);
  }

  @Property
  void theLengthIsThatOfTheEncoding(@ForAll("any") String text) {
    if (encodes(text))
      assertThat(Text.utf8Length(text)).isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
    else
      assertThat(Text.utf8Length(text)).isGreaterThanOrEqualTo(text.length());
  }

  private static boolean encodes(String text) {
    try {
      StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      return true;
    } catch (CharacterCodingException unpaired) {
      return false;
    }
  }

  /** Short texts over an alphabet in which surrogates and U+0000 are as likely as letters. */
  @Provide
  Arbitrary<String> any() {
    return Arbitraries.of("a", "\0", "é", "世", "\ud83d\udc4b", "\ud83d", "\udc4b", "\uffff", "\u007f", "\u0080", "\u07ff", "\u0800").list()
        .ofMaxSize(8)
        .map(parts -> String.join("", parts));
  }
}

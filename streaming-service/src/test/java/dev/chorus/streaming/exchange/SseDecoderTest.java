package dev.chorus.streaming.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class SseDecoderTest {
  private static final int LIMIT = 1 << 20;

  private static List<String> decode(byte[] bytes, int... cuts) throws SseDecoder.TooLarge {
    SseDecoder decoder = new SseDecoder(LIMIT);
    List<String> events = new ArrayList<>();
    int from = 0;
    for (int cut : cuts) {
      events.addAll(decoder.feed(Arrays.copyOfRange(bytes, from, cut)));
      from = cut;
    }
    events.addAll(decoder.feed(Arrays.copyOfRange(bytes, from, bytes.length)));
    return events;
  }

  private static List<String> decode(String text) throws SseDecoder.TooLarge {
    return decode(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void linesEndInLfCrOrCrlf() throws Exception {
    assertThat(decode("data: a\n\ndata: b\r\rdata: c\r\n\r\ndata: d\n\r\n")).containsExactly("a", "b", "c", "d");
  }

  @Test
  void severalDataLinesAreOneEventAndOneSpaceIsLeftOut() throws Exception {
    assertThat(decode("data:a\ndata:  b\ndata\ndata: c\n\n")).containsExactly("a\n b\n\nc");
  }

  @Test
  void commentsAndOtherFieldsAreLeftOut() throws Exception {
    assertThat(decode(": hb\n\nevent: x\nid: 1\nretry: 5\ndatax: no\ndata: yes\n: between\n\n\n\n")).containsExactly("yes");
  }

  @Test
  void aByteOrderMarkCountsOnlyAtTheStart() throws Exception {
    assertThat(decode("\uFEFFdata: a\n\n\uFEFFdata: b\n\n")).containsExactly("a");
  }

  @Test
  void anEventWithoutItsBlankLineIsNone() throws Exception {
    assertThat(decode("data: a\n\ndata: b\n")).containsExactly("a");
  }

  @Test
  void whatIsTooLargeIsRefusedInOneLineAndInMany() {
    SseDecoder oneLine = new SseDecoder(10);
    assertThatThrownBy(() -> oneLine.feed("data: 0123456789".getBytes(StandardCharsets.UTF_8))).isInstanceOf(SseDecoder.TooLarge.class);
    SseDecoder manyLines = new SseDecoder(10);
    assertThatThrownBy(() -> manyLines.feed("data: 01234\ndata: 56789\n".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(SseDecoder.TooLarge.class);
  }

  @Test
  void everyTranscriptIsTheSameCutAtEveryByte() throws Exception {
    for (String name : Transcripts.NAMES) {
      byte[] bytes = Transcripts.bytes(name);
      List<String> whole = decode(bytes);
      assertThat(whole).as(name).isNotEmpty();
      // Byte by byte is every cut at once; one cut at a time where that is not too much.
      int[] everywhere = java.util.stream.IntStream.range(1, bytes.length).toArray();
      assertThat(decode(bytes, everywhere)).as(name).isEqualTo(whole);
      for (int cut = 0; cut <= Math.min(bytes.length, 1500); cut++)
        assertThat(decode(bytes, cut)).as("%s cut at %d", name, cut).isEqualTo(whole);
    }
  }

  @Property(tries = 300)
  void textOfAnyKindIsTheSameCutAnywhere(@ForAll List<String> texts, @ForAll @Size(max = 6) List<Integer> cuts) throws Exception {
    StringBuilder wire = new StringBuilder();
    List<String> expected = new ArrayList<>();
    for (String text : texts) {
      String clean = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8).replaceAll("[\\r\\n]", "");
      wire.append("data: ").append(clean).append("\r\n\r\n");
      expected.add(clean);
    }
    byte[] bytes = wire.toString().getBytes(StandardCharsets.UTF_8);
    int[] at = cuts.stream().mapToInt(cut -> bytes.length == 0 ? 0 : Math.floorMod(cut, bytes.length)).sorted().toArray();
    assertThat(decode(bytes, at)).isEqualTo(expected);
  }
}

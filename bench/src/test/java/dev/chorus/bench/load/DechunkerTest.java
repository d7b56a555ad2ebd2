package dev.chorus.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class DechunkerTest {
  private static final byte[] CODED = "5\r\nhello\r\n1;a=b\r\n,\r\nB\r\n wide\nworld\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  @Property
  void theContentIsTheSameHoweverTheBytesArrive(@ForAll @IntRange(min = 1, max = 50) int step) {
    Dechunker dechunker = new Dechunker();
    byte[] out = new byte[100];
    int end = 0;
    for (int at = 0; at < CODED.length; at += step) {
      assertThat(dechunker.done()).isFalse();
      end = dechunker.take(CODED, at, Math.min(CODED.length, at + step), out, end);
    }
    assertThat(dechunker.done()).isTrue();
    assertThat(new String(out, 0, end, StandardCharsets.US_ASCII)).isEqualTo("hello, wide\nworld");
  }
}

package dev.chorus.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class MarkerTest {
  @Property
  void everyMarkerIsFoundWhereverItLies(@ForAll @Size(min = 1, max = 6) List<@IntRange(min = 0, max = 40) Integer> gaps) {
    StringBuilder text = new StringBuilder();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < gaps.size(); i++) {
      text.append("@x\n".repeat(gaps.get(i))).append(Marker.text(1_000_000L + i, i, Marker.LENGTH));
      expected.add((1_000_000L + i) + " in " + i);
    }
    assertThat(found(text.append("tail").toString())).isEqualTo(expected);
  }

  @Property
  void aMarkerThatIsCutOffIsNone(@ForAll @IntRange(min = 0, max = Marker.LENGTH - 1) int length) {
    assertThat(found("before" + Marker.text(5, 5, Marker.LENGTH).substring(0, length))).isEmpty();
  }

  private static List<String> found(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    List<String> found = new ArrayList<>();
    Marker.scan(bytes, 0, bytes.length, (b, from, at, nanos, room) -> found.add(nanos + " in " + room));
    return found;
  }
}

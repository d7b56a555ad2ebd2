package dev.chorus.gateway.downlink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.model.RoomId;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class PlacesProperties {
  private static final long MAX = (1L << 53) - 1;

  @Property(tries = 200)
  void aWordSaysWhereTheDownlinkWas(@ForAll("rooms") Map<String, Long> rooms) {
    Places places = Places.none();
    rooms.forEach((room, seq) -> places.begin(new RoomId(room), "epoch of " + room, seq));
    Places read = Places.of(places.word()).orElseThrow();
    rooms.forEach((room, seq) -> {
      assertThat(read.after(new RoomId(room))).hasValue(seq);
      assertThat(read.isOf(new RoomId(room), "epoch of " + room)).isTrue();
      assertThat(read.isOf(new RoomId(room), "another epoch")).isFalse();
    });
    assertThat(read.after(new RoomId("never-in-it"))).isEmpty();
    assertThat(places.word().length()).isLessThanOrEqualTo(1_100);
  }

  @Property(tries = 500)
  void anythingElseIsNoWordOrOneOfOurs(@ForAll String word) {
    Places.of(word).ifPresent(places -> assertThat(Places.of(places.word())).isPresent());
  }

  @Example
  void aPlaceGoesForwardOnlyAndOnlyInRoomsThatItBeganIn() {
    Places places = Places.none();
    places.begin(new RoomId("a"), "e", 5);
    assertThat(places.pass("a", 6)).isTrue();
    assertThat(places.pass("a", 4)).as("sent again").isFalse();
    assertThat(places.pass("b", 1)).isFalse();
    assertThat(places.after(new RoomId("a"))).hasValue(6);
  }

  @Provide
  Arbitrary<Map<String, Long>> rooms() {
    return Arbitraries.maps(Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(9), Arbitraries.longs().between(0, MAX)).ofMinSize(1)
        .ofMaxSize(50).filter(PlacesProperties::areTold);
  }

  /** Of two names with the same hash a word knows one: one in 2³² pairs. */
  private static boolean areTold(Map<String, Long> rooms) {
    return rooms.keySet().stream().map(PlacesProperties::hash).distinct().count() == rooms.size();
  }

  private static long hash(String name) {
    CRC32 crc = new CRC32();
    crc.update(name.getBytes(StandardCharsets.UTF_8));
    return crc.getValue();
  }
}

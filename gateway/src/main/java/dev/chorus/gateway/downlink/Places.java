package dev.chorus.gateway.downlink;

import dev.chorus.model.RoomId;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.CRC32;

/**
 * Where a downlink is in the logs of its rooms, which its client brings back as one short word. Names and epochs are in it as hashes only, so that fifty rooms fit into a
 * header; the client names its rooms again.
 *
 * <pre>
 *  base64url( for each room: hash of the name: 4 bytes | hash of the epoch: 4 bytes | seq: 7 bits a byte, the lowest first, the top bit set on all but the last )
 * </pre>
 */
final class Places {
  private static final int MAX_WORD = 1_100;
  private static final int MAX_SHIFT = 56;
  private final Map<Integer, Place> places;

  private record Place(int epoch, long seq) {}

  private Places(Map<Integer, Place> places) {
    this.places = places;
  }

  static Places none() {
    return new Places(new LinkedHashMap<>());
  }

  /** The places that a word says; empty when it is none of ours. */
  static Optional<Places> of(String word) {
    try {
      if (word.length() > MAX_WORD)
        return Optional.empty();
      ByteBuffer in = ByteBuffer.wrap(Base64.getUrlDecoder().decode(word));
      Map<Integer, Place> places = new LinkedHashMap<>();
      while (in.remaining() >= 9)
        places.put(in.getInt(), new Place(in.getInt(), seq(in)));
      return in.hasRemaining() || places.isEmpty() ? Optional.empty() : Optional.of(new Places(places));
    } catch (IllegalArgumentException notOurs) {
      return Optional.empty();
    }
  }

  private static long seq(ByteBuffer in) {
    long seq = 0;
    for (int shift = 0; shift < MAX_SHIFT && in.hasRemaining(); shift += 7) {
      byte part = in.get();
      seq |= (long) (part & 0x7f) << shift;
      if (part >= 0)
        return seq;
    }
    throw new IllegalArgumentException("not a number");
  }

  /** The last entry that the client has of that room; empty when the word does not say. */
  OptionalLong after(RoomId room) {
    Place place = places.get(hash(room.value()));
    return place == null ? OptionalLong.empty() : OptionalLong.of(place.seq);
  }

  /** Whether the client was in the room's log of that epoch. */
  boolean isOf(RoomId room, String epoch) {
    Place place = places.get(hash(room.value()));
    return place != null && place.epoch == hash(epoch);
  }

  /** The downlink begins there. */
  void begin(RoomId room, String epoch, long seq) {
    places.put(hash(room.value()), new Place(hash(epoch), seq));
  }

  /** The client is given that entry. False when it changes nothing: it is one that is sent again, or of a room that the downlink was not opened with. */
  boolean pass(String room, long seq) {
    Place passed = places.computeIfPresent(hash(room), (hash, place) -> seq > place.seq ? new Place(place.epoch, seq) : place);
    return passed != null && passed.seq == seq;
  }

  /** As the client says it. */
  String word() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(places.size() * 12);
    places.forEach((room, place) -> {
      out.writeBytes(ByteBuffer.allocate(8).putInt(room).putInt(place.epoch).array());
      long seq = place.seq;
      for (; seq > 0x7f; seq >>>= 7)
        out.write((int) (seq & 0x7f) | 0x80);
      out.write((int) seq);
    });
    return Base64.getUrlEncoder().withoutPadding().encodeToString(out.toByteArray());
  }

  private static int hash(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return (int) crc.getValue();
  }
}

package dev.chorus.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import dev.chorus.model.NodeId;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class BusCodecProperties {
  private final BusCodec codec = new BusCodec();

  @Property(tries = 30)
  void whateverCrossesTheBusArrivesAsItWas(@ForAll long seed) {
    Samples samples = new Samples(seed);
    Samples.types(BusMessage.class).forEach(type -> {
      BusMessage message = (BusMessage) samples.of(type);
      assertThat(overTheWire(message)).as(type.getSimpleName()).usingRecursiveComparison().withStrictTypeChecking().isEqualTo(message);
    });
  }

  @Test
  void withinANodeTheRecordItselfArrives() {
    BusMessage message = new NodeMessage.State(new NodeId("a"), dev.chorus.cluster.MemberState.SERVING);
    assertThat(codec.transform(message)).isSameAs(message);
  }

  @Test
  void fieldsOfALaterVersionAreIgnoredAndMissingOnesAreNull() throws IOException {
    Buffer wire = wire("Announce", Map.of("gateway", "g1", "later", List.of(1, 2)));
    assertThat(codec.decodeFromWire(0, wire)).isEqualTo(new PresenceMessage.Announce(new NodeId("g1"), null));
  }

  @Test
  void anUnknownTypeIsRefusedByName() throws IOException {
    Buffer wire = wire("Later", Map.of());
    assertThatThrownBy(() -> codec.decodeFromWire(0, wire)).hasMessageContaining("Later");
  }

  private static Buffer wire(String name, Map<String, Object> fields) throws IOException {
    byte[] body = new CBORMapper().writeValueAsBytes(fields);
    return Buffer.buffer().appendInt(1 + name.length() + body.length).appendByte((byte) name.length()).appendString(name).appendBytes(body);
  }

  /** Encodes and decodes at a position other than 0, between other bytes, as the bus does. */
  private BusMessage overTheWire(BusMessage message) {
    Buffer buffer = Buffer.buffer("before");
    codec.encodeToWire(buffer, message);
    buffer.appendString("after");
    return codec.decodeFromWire("before".length(), buffer);
  }
}

package dev.chorus.bus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import dev.chorus.bus.GatewayMessage.StreamFanout;
import dev.chorus.bus.GatewayMessage.StreamRecords;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.ToolDelta;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Nodes that leave the format to the library, as an older version does, and those that write it themselves. */
final class StreamRecordsFormatTest {
  private static final ObjectMapper LIBRARY = CBORMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
      .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS)).build();
  private static final ObjectMapper OURS = LIBRARY.copy().registerModule(StreamRecordsFormat.module());
  private static final StreamFanout FANOUT = new StreamFanout(List.of(
      new StreamRecords(new StreamId("lobby~a"), new RoomId("lobby"), null, 0,
          List.of(new StreamRecord.Chunk(1, StreamRecord.Kind.CONTENT, "“ü” 😀", null, "body", "{}"),
              new StreamRecord.Chunk(2, StreamRecord.Kind.TOOL, "", new ToolDelta(1, "id", null, "{"), null, null),
              new StreamRecord.Notice(3, "failover", 2L, "p", 2),
              new StreamRecord.End(4, "COMPLETED", "stop", null, null, null, null))),
      new StreamRecords(new StreamId("~b"), null,
          new Event.StreamOpen(new StreamId("~b"), "b", null, null, "m", "p", new dev.chorus.model.UserId("u"), 7), 0, List.of())));

  @Test
  void theLibraryReadsWhatWeWrite() throws IOException {
    assertThat(LIBRARY.readValue(OURS.writeValueAsBytes(FANOUT), StreamFanout.class)).isEqualTo(FANOUT);
  }

  @Test
  void weReadWhatTheLibraryWrites() throws IOException {
    assertThat(OURS.readValue(LIBRARY.writeValueAsBytes(FANOUT), StreamFanout.class)).isEqualTo(FANOUT);
  }
}

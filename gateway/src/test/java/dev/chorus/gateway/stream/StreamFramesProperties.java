package dev.chorus.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamRecord.Chunk;
import dev.chorus.bus.StreamRecord.Kind;
import dev.chorus.model.StreamId;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.ToolDelta;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class StreamFramesProperties {
  private static final StreamId STREAM = new StreamId("~s");

  /** What may stand in a log: text, reasoning, another section, tools, notices. */
  @Provide
  Arbitrary<List<Integer>> kinds() {
    return Arbitraries.integers().between(0, 5).list().ofMaxSize(40);
  }

  private static List<StreamRecord> records(List<Integer> kinds) {
    List<StreamRecord> records = new ArrayList<>();
    for (int kind : kinds) {
      long seq = records.size() + 1L;
      records.add(switch (kind) {
        case 0 -> new Chunk(seq, Kind.CONTENT, "<" + seq + ">", null, null, null);
        case 1 -> new Chunk(seq, Kind.REASONING, "<" + seq + ">", null, null, null);
        case 2 -> new Chunk(seq, Kind.CONTENT, "<" + seq + ">", null, "body", null);
        case 3 -> new Chunk(seq, Kind.TOOL, null, new ToolDelta(0, null, null, "<" + seq + ">"), null, null);
        case 4 -> new Chunk(seq, Kind.TOOL, null, new ToolDelta(1, "id" + seq, "name", "<" + seq + ">"), null, null);
        default -> new StreamRecord.Notice(seq, "failover", null, null, null);
      });
    }
    return records;
  }

  @Property
  void everyNumberIsCoveredOnceAndInOrder(@ForAll("kinds") List<Integer> kinds) {
    long last = 0;
    for (StreamFrames.Numbered numbered : StreamFrames.events(STREAM, records(kinds), true)) {
      long from = numbered.event() instanceof Event.StreamChunk chunk ? chunk.from() : ((Event.StreamNotice) numbered.event()).seq();
      assertThat(from).isEqualTo(last + 1);
      last = numbered.seq();
    }
    assertThat(last).isEqualTo(kinds.size());
  }

  @Property
  void nothingIsMergedAcrossANumberToWhichTheAnswerMayBeReset(@ForAll("kinds") List<Integer> kinds) {
    for (StreamFrames.Numbered numbered : StreamFrames.events(STREAM, records(kinds), true))
      if (numbered.event() instanceof Event.StreamChunk chunk)
        assertThat((chunk.from() - 1) / StreamRecord.RUN).isEqualTo((chunk.to() - 1) / StreamRecord.RUN);
  }

  @Property
  void noTextIsLostAndWhatDiffersIsNotMerged(@ForAll("kinds") List<Integer> kinds) {
    StringBuilder merged = new StringBuilder();
    for (StreamFrames.Numbered numbered : StreamFrames.events(STREAM, records(kinds), false)) {
      if (!(numbered.event() instanceof Event.StreamChunk chunk))
        continue;
      merged.append(chunk.tool() == null ? chunk.text() : chunk.tool().arguments());
      for (long seq = chunk.from(); seq <= chunk.to(); seq++)
        assertThat(kinds.get((int) seq - 1)).isEqualTo(kinds.get((int) chunk.from() - 1));
      // Each of these begins a call of its own.
      if (kinds.get((int) chunk.from() - 1) == 4)
        assertThat(chunk.to()).isEqualTo(chunk.from());
    }
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < kinds.size(); i++) {
      if (kinds.get(i) < 5)
        all.append('<').append(i + 1).append('>');
    }
    assertThat(merged).hasToString(all.toString());
  }
}

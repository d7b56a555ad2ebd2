package dev.chorus.streaming.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamRecord.Chunk;
import dev.chorus.bus.StreamRecord.Kind;
import dev.chorus.bus.StreamRecord.Notice;
import dev.chorus.streaming.provider.Frame;
import dev.chorus.streaming.provider.Piece;
import dev.chorus.streaming.recovery.Said;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An answer that turns out to be another one is taken back to where every reader, however their chunks were merged, has the end of a chunk. */
final class TextJointTest {
  /** The log of an answer of so many words, whose second attempt says another word at that place. */
  private static List<StreamRecord> log(int words, int other) {
    List<StreamRecord> records = new ArrayList<>();
    for (int i = 0; i < words; i++)
      say(records, "w" + i + " ");
    Joint joint = TextJoint.of(Said.of(records), 0, false);
    StringBuilder again = new StringBuilder();
    for (int i = 0; i < words; i++)
      again.append(i == other ? "x " : "w" + i + " ");
    joint.on(new Frame(List.of(new Piece.Content(again.toString())), true, null), step -> {
      if (step instanceof Joint.Reset(long fromSeq))
        records.add(new Notice(records.size() + 1L, "reset", fromSeq, null, null));
      else if (step instanceof Joint.Say(Piece.Content(String text), String raw))
        say(records, text);
    });
    assertThat(Said.of(records).text()).isEqualTo(again.toString());
    return records;
  }

  private static void say(List<StreamRecord> records, String text) {
    records.add(new Chunk(records.size() + 1L, Kind.CONTENT, text, null, null, null));
  }

  private static long reset(List<StreamRecord> log) {
    return log.stream().filter(Notice.class::isInstance).map(Notice.class::cast).findFirst().orElseThrow().fromSeq();
  }

  @Test
  void itIsTakenBackToANumberAcrossWhichNothingIsMerged() {
    assertThat(reset(log(40, 37))).isEqualTo(2L * StreamRecord.RUN);
    assertThat(reset(log(40, 2 * StreamRecord.RUN))).isEqualTo(2L * StreamRecord.RUN);
    assertThat(reset(log(10, 7))).isZero();
  }
}

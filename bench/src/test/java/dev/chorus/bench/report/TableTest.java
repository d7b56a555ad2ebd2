package dev.chorus.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void aLineShowsTheFigureItsReferenceItsRatioAndTheGoal() {
    String table = Table
        .of(List.of(Figure.beside("fanout", "1 → 1000", 240_000, "deliveries/CPU-s", 120_000, new Goal.TimesReference(1.2))));
    assertThat(table.lines().toList().get(1).split("\\s{2,}")).containsExactly("fanout", "1 → 1000", "240,000", "deliveries/CPU-s",
        "120,000", "2",
        "≥ 1.20 ×", "yes");
  }

  @Test
  void aGoalThatIsNotReachedSaysSo() {
    assertThat(Table.of(List.of(Figure.alone("idle", "resident", 30.25, "KiB/socket", new Goal.AtMost(10))))).contains("30.3")
        .endsWith("NO\n");
  }

  @Test
  void whatCouldNotBeMeasuredDoesNotReachItsGoal() {
    assertThat(Figure.alone("durable", "ack", Double.NaN, "ms", new Goal.AtMost(5)).met()).isFalse();
    assertThat(Figure.alone("durable", "ack", Double.NaN, "ms", new Goal.AtLeast(5)).met()).isFalse();
  }

  @Test
  void aFigureMayLieSoMuchOverItsReference() {
    assertThat(Figure.beside("tokens", "first token", 3.9, "ms", 2, new Goal.OverReference(2)).met()).isTrue();
    assertThat(Figure.beside("tokens", "first token", 4.1, "ms", 2, new Goal.OverReference(2)).met()).isFalse();
  }
}

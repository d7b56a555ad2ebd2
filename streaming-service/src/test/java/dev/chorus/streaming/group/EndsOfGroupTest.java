package dev.chorus.streaming.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.protocol.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the end of one answer does to the others of its group, and when. */
final class EndsOfGroupTest {
  private static final Usage USAGE = new Usage(1, 2, 3, null);
  private final List<String> heard = new ArrayList<>();

  private Group group(String merge) {
    Group group = new Group(new Place("g", merge, 0, 2));
    join(group, 0, "first");
    join(group, 1, "second");
    return group;
  }

  private void join(Group group, int index, String name) {
    group.join(index, name, new Group.Agent() {
      @Override
      public void turn() {
        if (group.isOpen(index))
          heard.add(name + " opens");
      }

      @Override
      public void beaten() {
        heard.add(name + " is beaten");
      }

      @Override
      public void last() {
        heard.add(name + " is last");
      }
    });
  }

  @Test
  void theNextIsSilentUntilReadersKnowTheEndOfTheOneBefore() {
    Group group = group("sequential");
    assertThat(group.ends(0, "COMPLETED", USAGE)).isNull();
    group.decide(0);
    assertThat(group.isOpen(1)).isFalse();
    assertThat(heard).isEmpty();
    group.settle(0);
    assertThat(heard).containsExactly("second opens", "second is last");
  }

  @Test
  void theEndOfTheGroupWaitsUntilReadersKnowTheEndOfAllOthers() {
    Group group = group("interleave");
    group.ends(0, "COMPLETED", USAGE);
    assertThat(group.ends(1, "FAILED", USAGE).streams()).isEqualTo(Map.of("first", "COMPLETED", "second", "FAILED"));
    assertThat(group.isLast(1)).isFalse();
    group.settle(0);
    assertThat(heard).contains("second is last");
    assertThat(group.isLast(1)).isTrue();
  }

  @Test
  void oneEndTellsWhatBecameOfAll() {
    Group group = group("interleave");
    group.ends(0, "COMPLETED", USAGE);
    assertThat(group.ends(1, "COMPLETED", USAGE)).isNotNull();
    assertThat(group.ends(0, "FAILED", USAGE)).as("the first, ended again since its end could not be kept").isNull();
  }

  @Test
  void whoCompletesFirstBeatsTheOthersAtOnce() {
    Group group = group("race");
    group.ends(1, "COMPLETED", USAGE);
    group.decide(1);
    assertThat(heard).containsExactly("first is beaten");
    assertThat(group.isBeaten(0)).isTrue();
    assertThat(group.isBeaten(1)).isFalse();
  }

  @Test
  void whoFailsBeatsNobody() {
    Group group = group("race");
    group.ends(1, "FAILED", USAGE);
    group.decide(1);
    assertThat(heard).isEmpty();
    assertThat(group.isBeaten(0)).isFalse();
  }

  @Test
  void aRaceThatWasWonBeforeItsOwnerDiedStaysWon() {
    Group group = new Group(new Place("g", "race", 0, 2));
    group.endedBefore(1, "second", "COMPLETED", USAGE);
    join(group, 0, "first");
    assertThat(group.isBeaten(0)).isTrue();
    assertThat(group.isLast(0)).isTrue();
  }
}

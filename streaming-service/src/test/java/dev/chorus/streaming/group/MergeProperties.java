package dev.chorus.streaming.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.streaming.group.Merge.Way;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Several agents speak in any order of turns: nothing is lost, each agent's words keep their order, and the way is kept. */
final class MergeProperties {
  private static final int WORDS = 4;

  private record Word(int agent, int number) {}

  /** Plays agents that each say four words and end, in the order of turns, through a gate; what is held comes when the gate opens. */
  private static List<Word> heard(Way way, int agents, List<Integer> turns) {
    Merge merge = new Merge(way, agents);
    List<Word> heard = new ArrayList<>();
    List<Deque<Word>> held = new ArrayList<>();
    int[] said = new int[agents];
    for (int i = 0; i < agents; i++)
      held.add(new ArrayDeque<>());
    List<Integer> all = new ArrayList<>(turns);
    for (int round = 0; round <= WORDS; round++)
      for (int agent = 0; agent < agents; agent++)
        all.add(agent);
    for (int turn : all) {
      int agent = turn % agents;
      if (said[agent] > WORDS)
        continue;
      if (said[agent] == 0)
        merge.began(agent);
      held.get(agent).add(new Word(agent, said[agent]++));
      release(merge, held, heard);
    }
    return heard;
  }

  /** The fifth word is the end. */
  private static void release(Merge merge, List<Deque<Word>> held, List<Word> heard) {
    boolean moved = true;
    while (moved) {
      moved = false;
      for (int agent = 0; agent < held.size(); agent++)
        while (merge.isOpen(agent) && !held.get(agent).isEmpty()) {
          Word word = held.get(agent).poll();
          moved = true;
          if (word.number == WORDS)
            merge.ended(agent);
          else
            heard.add(word);
        }
    }
  }

  @Property
  void nothingIsLostAndEachAgentKeepsItsOrder(@ForAll Way way, @ForAll @IntRange(min = 1, max = 5) int agents,
      @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 59) Integer> turns) {
    List<Word> heard = heard(way, agents, turns);
    assertThat(heard).hasSize(agents * WORDS);
    for (int agent = 0; agent < agents; agent++) {
      int its = agent;
      assertThat(heard.stream().filter(word -> word.agent == its).map(Word::number)).containsExactly(0, 1, 2, 3);
    }
  }

  @Property
  void oneAfterTheOtherInTheOrderGiven(@ForAll @IntRange(min = 1, max = 5) int agents,
      @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 59) Integer> turns) {
    assertThat(heard(Way.SEQUENTIAL, agents, turns).stream().map(Word::agent)).isSorted();
  }

  @Property
  void byPriorityNobodyIsInterruptedAndWhoBeganFirstGoesFirst(@ForAll @IntRange(min = 1, max = 5) int agents,
      @ForAll @Size(min = 1, max = 60) List<@IntRange(min = 0, max = 59) Integer> turns) {
    List<Integer> speakers = heard(Way.PRIORITY, agents, turns).stream().map(Word::agent).toList();
    assertThat(speakers.getFirst()).isEqualTo(turns.getFirst() % agents);
    List<Integer> changes = new ArrayList<>();
    for (int speaker : speakers)
      if (changes.isEmpty() || changes.getLast() != speaker)
        changes.add(speaker);
    assertThat(changes).doesNotHaveDuplicates();
  }

  @Property
  void interleavedWordsComeAsTheyAreSaid(@ForAll @IntRange(min = 1, max = 5) int agents,
      @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 59) Integer> turns) {
    Merge merge = new Merge(Way.INTERLEAVE, agents);
    for (int turn : turns)
      assertThat(merge.isOpen(turn % agents)).isTrue();
  }
}

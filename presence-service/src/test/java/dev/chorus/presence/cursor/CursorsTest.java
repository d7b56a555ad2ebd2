package dev.chorus.presence.cursor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.model.CursorPosition;
import dev.chorus.model.UserId;
import dev.chorus.presence.agenda.Agenda;
import dev.chorus.protocol.Event.CursorUpdate.Cursor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class CursorsTest {
  private static final UserId ANN = new UserId("ann");
  private static final UserId BOB = new UserId("bob");
  private final Cursors cursors = new Cursors();

  @Test
  void theFirstMoveGoesOutAtOnceAndTheLatestOfThoseThatFollowAfterATenthOfASecond() {
    move(ANN, 1, 1000);
    assertThat(cursors.frame(1000)).extracting(cursor -> cursor.position().x()).containsExactly(1.0);
    move(ANN, 2, 1010);
    move(ANN, 3, 1020);
    assertThat(cursors.frame(1099)).isEmpty();
    assertThat(cursors.due()).isEqualTo(1100);
    assertThat(cursors.frame(1100)).extracting(cursor -> cursor.position().x()).containsExactly(3.0);
    assertThat(cursors.due()).isEqualTo(Agenda.NEVER);
  }

  @Test
  void aFrameHoldsAtMostAHundredTheLongestUnsentFirst() {
    for (int i = 0; i < 250; i++)
      move(new UserId("u" + i), i, 1000);
    move(new UserId("u0"), 999, 1001);
    List<Cursor> first = cursors.frame(1001);
    assertThat(first).hasSize(100).first().returns(999.0, cursor -> cursor.position().x());
    move(new UserId("u0"), 1000, 1002);
    assertThat(cursors.frame(1101)).hasSize(100).extracting(Cursor::user).doesNotContain(new UserId("u0"));
    assertThat(cursors.frame(1201)).hasSize(51).last().returns(new UserId("u0"), Cursor::user);
  }

  @Test
  void aFrameOfLongTextsHoldsFewerAndInTheEndEverybodyIsShown() {
    CursorPosition.Selection selected = new CursorPosition.Selection(0L, 1024L, "x".repeat(1024));
    for (int i = 0; i < 40; i++)
      cursors.move(new UserId("u" + i), "c", new CursorPosition(i, 0, "e".repeat(256), selected, null), 0);
    int shown = 0;
    for (int frame = 0; frame < 4; frame++) {
      List<Cursor> frames = cursors.frame(frame * 100L);
      assertThat(frames).hasSizeBetween(1, 12);
      shown += frames.size();
    }
    assertThat(shown).isEqualTo(40);
    assertThat(cursors.due()).isEqualTo(Agenda.NEVER);
  }

  @Test
  void aColourIsGivenToEachUserAndTheOneThatTheClientChoseIsKept() {
    move(ANN, 1, 0);
    move(BOB, 1, 0);
    List<Cursor> first = cursors.frame(0);
    assertThat(first).extracting(cursor -> cursor.position().color()).allMatch(color -> color.matches("#[0-9a-f]{6}"))
        .doesNotHaveDuplicates();
    cursors.move(ANN, "c", new CursorPosition(1, 1, null, null, "teal"), 50);
    move(ANN, 2, 60);
    move(BOB, 2, 60);
    assertThat(cursors.frame(100)).extracting(cursor -> cursor.position().color()).containsExactly("teal", first.get(1).position().color());
  }

  @Test
  void aCursorIsGoneWithTheConnectionThatMovedItAndOneThatWasNeverShownInSilence() {
    move(ANN, 1, 0);
    move(BOB, 1, 0);
    cursors.ended(BOB, "c");
    assertThat(cursors.frame(0)).extracting(Cursor::user).containsExactly(ANN);
    cursors.ended(ANN, "another");
    assertThat(cursors.due()).isEqualTo(Agenda.NEVER);
    cursors.ended(ANN, "c");
    assertThat(cursors.frame(100)).containsExactly(new Cursor(ANN, null, null, true));
  }

  @Test
  void whatIsNoNumberIsNoPosition() {
    move(ANN, Double.NaN, 0);
    move(ANN, Double.NEGATIVE_INFINITY, 0);
    assertThat(cursors.due()).isEqualTo(Agenda.NEVER);
    move(ANN, -1e300, 0);
    assertThat(cursors.frame(0)).hasSize(1);
  }

  @Property(tries = 200)
  void whateverMovesAndGoesAnObserverOfAllFramesSeesWhatIsThereInTheEnd(@ForAll long seed) {
    Random random = new Random(seed);
    Cursors cursors = new Cursors();
    Map<UserId, Double> truth = new HashMap<>();
    Map<UserId, Double> seen = new HashMap<>();
    long now = 0;
    for (int step = 0; step < 400; step++) {
      now += random.nextInt(30);
      UserId user = new UserId("u" + random.nextInt(150));
      if (random.nextInt(4) == 0) {
        cursors.gone(user);
        truth.remove(user);
      } else {
        cursors.move(user, "c", new CursorPosition(step, 0, null, null, null), now);
        truth.put(user, (double) step);
      }
      see(seen, cursors.frame(now));
    }
    while (cursors.due() != Agenda.NEVER)
      see(seen, cursors.frame(cursors.due()));
    assertThat(seen).isEqualTo(truth);
  }

  private static void see(Map<UserId, Double> seen, List<Cursor> frame) {
    Set<UserId> once = new HashSet<>();
    for (Cursor cursor : frame) {
      assertThat(once.add(cursor.user())).isTrue();
      if (cursor.gone() == null)
        seen.put(cursor.user(), cursor.position().x());
      else
        assertThat(seen.remove(cursor.user())).as("gone without having been there").isNotNull();
    }
  }

  private void move(UserId user, double x, long now) {
    cursors.move(user, "c", new CursorPosition(x, 0, null, null, null), now);
  }
}

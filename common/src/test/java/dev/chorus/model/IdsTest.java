package dev.chorus.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {
  @ParameterizedTest
  @ValueSource(strings = {"a", "A.b_c:d@e-f", "0", "..", "_"})
  void aRoomHasASafeName(String name) {
    assertThat(RoomId.parse(name).value()).isEqualTo(name);
    assertThat(RoomId.parse("x".repeat(128)).value()).hasSize(128);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a/b", "a~b", "*", "ä", "a\n", "a\0"})
  void anyOtherNameIsABadRequest(String name) {
    assertThatThrownBy(() -> RoomId.parse(name)).isInstanceOfSatisfying(Refusal.class,
        refusal -> assertThat(refusal.problem().code()).isEqualTo(ErrorCode.BAD_REQUEST));
    assertThatThrownBy(() -> RoomId.parse("x".repeat(129))).isInstanceOf(Refusal.class);
    assertThatThrownBy(() -> RoomId.parse(null)).isInstanceOf(Refusal.class);
  }

  @Test
  void aUserHasUpTo128Bytes() {
    assertThat(UserId.isValid("é".repeat(64))).isTrue();
    assertThat(UserId.isValid("é".repeat(64) + "x")).isFalse();
    assertThat(UserId.isValid("")).isFalse();
    assertThat(UserId.isValid("a\0")).isFalse();
    assertThat(UserId.isValid("\ud800")).isFalse();
    assertThat(UserId.isValid("anything at all <&>")).isTrue();
  }

  @Test
  void theOwnerOfAStreamCanBeReadOffItsName() {
    StreamId inRoom = StreamId.of(new RoomId("team:7"), "Ab3");
    assertThat(inRoom.value()).isEqualTo("team:7~Ab3");
    assertThat(inRoom.key()).isEqualTo("team:7");
    assertThat(inRoom.room()).contains(new RoomId("team:7"));
    StreamId own = StreamId.of(null, "Ab3");
    assertThat(own.key()).isEqualTo("~Ab3");
    assertThat(own.room()).isEmpty();
    StreamId ofGroup = new StreamId("*group~Ab3");
    assertThat(ofGroup.key()).isEqualTo("*group");
    assertThat(ofGroup.room()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Ab3", "lobby~", "~", "~a b", "lo bby~a", "a~b~c", "~a\n"})
  void whatCannotBeAStreamIsNone(String id) {
    assertThat(StreamId.parse(id)).isEmpty();
    assertThat(StreamId.parse(null)).isEmpty();
  }

  @Test
  void aTokensGlobsSayWhichRoomsItMayJoin() {
    Principal principal = new Principal(new UserId("ann"), null, List.of("team:*", "lobby"), false, 0);
    assertThat(principal.mayJoin(new RoomId("team:7"))).isTrue();
    assertThat(principal.mayJoin(new RoomId("lobby"))).isTrue();
    assertThat(principal.mayJoin(new RoomId("lobby2"))).isFalse();
    assertThat(new Principal(new UserId("ann"), null, List.of(), true, 0).mayJoin(new RoomId("lobby"))).isFalse();
  }

  @Test
  void randomWordsAreSafeAndDoNotRepeat() {
    assertThat(Words.random(22)).matches("[0-9A-Za-z]{22}").isNotEqualTo(Words.random(22));
  }
}

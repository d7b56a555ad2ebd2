package dev.chorus.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.model.UserId;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;

class RosterHashProperties {
  @Property
  void differentRoomsHaveDifferentHashes(@ForAll Set<@AlphaChars @StringLength(min = 1, max = 4) String> one,
      @ForAll Set<@AlphaChars @StringLength(min = 1, max = 4) String> other) {
    assertThat(hash(one) == hash(other)).isEqualTo(one.equals(other));
  }

  @Property
  void itIsTheConnectionWithItsUserThatCounts(@ForAll @AlphaChars @StringLength(min = 1, max = 6) String connection,
      @ForAll @AlphaChars @StringLength(min = 1, max = 6) String user) {
    long pair = RosterHash.pair(connection, new UserId(user));
    assertThat(pair).isNotEqualTo(RosterHash.EMPTY).isNotEqualTo(RosterHash.pair(connection + user, new UserId("x")));
    if (!connection.equals(user))
      assertThat(pair).isNotEqualTo(RosterHash.pair(user, new UserId(connection)));
  }

  private static long hash(Set<String> connections) {
    return connections.stream().mapToLong(connection -> RosterHash.pair(connection, new UserId("ann"))).sum();
  }
}

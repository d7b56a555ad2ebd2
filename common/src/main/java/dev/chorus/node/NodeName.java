package dev.chorus.node;

import dev.chorus.cluster.Role;
import dev.chorus.model.NodeId;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;

/** The name of a node: a word for people and a random one that makes each start a node of its own, so that what an earlier start said is not taken for this one's. */
final class NodeName {
  private static final String LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";
  private static final int LENGTH = 5;

  private NodeName() {}

  static NodeId make(Optional<String> name, Set<Role> roles) {
    SecureRandom random = new SecureRandom();
    StringBuilder word = new StringBuilder(name.orElseGet(() -> roles.size() == 1 ? roles.iterator().next().word() : "node")).append('-');
    for (int i = 0; i < LENGTH; i++)
      word.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    return new NodeId(word.toString());
  }
}

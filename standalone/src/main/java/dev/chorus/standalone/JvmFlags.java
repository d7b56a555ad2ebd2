package dev.chorus.standalone;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** With which flags nodes run; the launcher script knows them and the JDK, and passes them on. */
final class JvmFlags {
  private JvmFlags() {}

  static List<String> ofNodes(Map<String, String> environment) {
    return Arrays.stream(environment.getOrDefault("CHORUS_NODE_JVM_FLAGS", "-Xmx512m").split("\\s+")).filter(flag -> !flag.isEmpty())
        .toList();
  }
}

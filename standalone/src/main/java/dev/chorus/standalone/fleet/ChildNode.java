package dev.chorus.standalone.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A node that runs as a child of this process, in a session of its own so that Ctrl-C reaches it only through us. It ends when our end of its standard input is closed, by us or by our death. */
final class ChildNode {
  private static final ObjectMapper mapper = new ObjectMapper();
  private final NodePlan plan;
  private final Path status;
  private final Path log;
  private final Process process;

  private ChildNode(NodePlan plan, Path status, Path log, Process process) {
    this.plan = plan;
    this.status = status;
    this.log = log;
    this.process = process;
  }

  static ChildNode start(NodePlan plan, Path status, Path log) throws IOException {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(Path.of("/usr/bin/setsid")))
      command.add("setsid");
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(plan.jvmFlags());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), plan.mainClass()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.putAll(plan.environment());
    environment.put("CHORUS_STATUS_FILE", status.toString());
    environment.put("CHORUS_STOP_WITH_STDIN", "true");
    return new ChildNode(plan, status, log, builder.start());
  }

  NodePlan plan() {
    return plan;
  }

  Path log() {
    return log;
  }

  boolean runs() {
    return process.isAlive();
  }

  /** Once it has ended. */
  int exitCode() {
    return process.exitValue();
  }

  /** Who it is, once it serves. */
  Optional<Member> member() throws IOException {
    if (!Files.exists(status))
      return Optional.empty();
    JsonNode told = mapper.readTree(Files.readString(status));
    return Optional.of(new Member(plan.role(), told.get("node").asText(), told.get("pid").asLong(), plan.port().orElse(null),
        told.get("managementPort").asInt(),
        plan.clusterPort()));
  }

  /** Asks it to end with all the others. */
  void askToEnd() {
    try {
      process.getOutputStream().close();
    } catch (IOException alreadyGone) {
      process.destroy();
    }
  }

  Process process() {
    return process;
  }
}

package dev.chorus.node;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.cluster.Role;
import dev.chorus.model.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;

/**
 * A JSON file in which a serving node says who and where it is, for the process that started it:
 * {@code {"node","roles":[…],"pid","managementPort"}}. It appears whole, by rename, when the node serves, and goes when it drains.
 */
final class StatusFile {
  private static final ObjectMapper mapper = new ObjectMapper();
  private final Path file;

  StatusFile(Path file) {
    this.file = file;
  }

  void write(NodeId node, Collection<Role> roles, int managementPort) throws IOException {
    ObjectNode status = mapper.createObjectNode().put("node", node.value()).put("pid", ProcessHandle.current().pid()).put("managementPort",
        managementPort);
    roles.stream().sorted().forEach(role -> status.withArray("roles").add(role.word()));
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(draft, status + "\n");
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  void delete() throws IOException {
    Files.deleteIfExists(file);
  }
}

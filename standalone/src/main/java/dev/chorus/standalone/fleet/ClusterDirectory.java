package dev.chorus.standalone.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What runs in a data directory, as files that every process of the cluster can read: {@code cluster.json} for people and tests, one file per member below
 * {@code run/}, and the environment that later nodes get, for the owner's eyes only. Files appear whole, by rename.
 */
public final class ClusterDirectory {
  private static final ObjectMapper mapper = new ObjectMapper();
  private final Path directory;
  private final Path run;

  public ClusterDirectory(Path directory) {
    this.directory = directory;
    this.run = directory.resolve("run");
  }

  /** Forgets what an earlier cluster left and says what nodes of this one are told. */
  public void begin(Map<String, String> environment) throws IOException {
    Files.createDirectories(run);
    try (Stream<Path> old = Files.list(run)) {
      for (Path file : old.toList())
        Files.delete(file);
    }
    write(run.resolve("environment.json"), mapper.writeValueAsString(environment));
    list(List.of());
  }

  /** Nothing runs any more. */
  public void end() throws IOException {
    Files.deleteIfExists(run.resolve("environment.json"));
    list(List.of());
  }

  /** What nodes of the running cluster are told; empty when none runs. */
  public Optional<Map<String, String>> environment() throws IOException {
    try {
      return Optional.of(mapper.readValue(run.resolve("environment.json").toFile(), new TypeReference<Map<String, String>>() {}));
    } catch (NoSuchFileException | java.io.FileNotFoundException none) {
      return Optional.empty();
    }
  }

  /** A member serves. */
  public void add(Member member) throws IOException {
    write(memberFile(member), mapper.writeValueAsString(member));
  }

  public void remove(Member member) throws IOException {
    Files.deleteIfExists(memberFile(member));
  }

  /** The members whose processes run, by role and name; the files of others are removed. */
  public List<Member> members() throws IOException {
    List<Member> members = new ArrayList<>();
    try (Stream<Path> files = Files.list(run)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".member")).toList()) {
        Optional<Member> member = read(file);
        if (member.isPresent() && Processes.runs(member.get().pid()))
          members.add(member.get());
        else
          Files.deleteIfExists(file);
      }
    }
    members.sort(
        Comparator.comparing(Member::role).thenComparing(member -> member.port() == null ? 0 : member.port()).thenComparing(Member::node));
    return members;
  }

  /** Writes {@code cluster.json}. */
  public void list(List<Member> members) throws IOException {
    ArrayNode list = mapper.createArrayNode();
    for (Member member : members) {
      ObjectNode entry = mapper.valueToTree(member);
      entry.remove("clusterPort");
      list.add(entry);
    }
    write(directory.resolve("cluster.json"), mapper.writerWithDefaultPrettyPrinter().writeValueAsString(list));
  }

  /** Where a node that is being started says who and where it is. */
  public Path statusFile(int number) {
    return run.resolve("node-" + number + ".status");
  }

  private Path memberFile(Member member) {
    return run.resolve(member.node() + ".member");
  }

  private static Optional<Member> read(Path file) throws IOException {
    try {
      return Optional.of(mapper.readValue(Files.readString(file), Member.class));
    } catch (NoSuchFileException | JsonProcessingException gone) {
      return Optional.empty();
    }
  }

  private static void write(Path file, String json) throws IOException {
    Path draft = Files.createTempFile(file.getParent(), ".draft", ".json",
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(draft, json + "\n");
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}

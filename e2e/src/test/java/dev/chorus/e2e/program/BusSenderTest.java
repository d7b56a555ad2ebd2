package dev.chorus.e2e.program;

import static dev.chorus.e2e.kit.ChatClient.type;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chorus.e2e.kit.ChatClient;
import dev.chorus.e2e.kit.ClusterProcess;
import dev.chorus.e2e.kit.HandMadeCluster;
import dev.chorus.e2e.kit.Tokens;
import dev.chorus.testkit.TestPostgres;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Vert.x program that is no part of Chorus, with only {@code common} on its classpath, sends messages by {@code chorus.messages}. */
final class BusSenderTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void aProgramInTheClusterSendsByTheBus(@TempDir Path folder) throws Exception {
    String database = TestPostgres.url(TestPostgres.fresh());
    try (HandMadeCluster cluster = new HandMadeCluster(database, folder)) {
      cluster.awaitReady();
      try (ChatClient ann = ChatClient.connect(cluster.gateway(), new Tokens(HandMadeCluster.SECRET).of("ann"))) {
        ann.join("desk");
        List<String> answers = run(folder, cluster.members(), "{'room':'desk','sender':'ann','content':'one','clientId':'c1'}",
            "{'room':'desk','sender':'ann','content':'one','clientId':'c1'}", "{'room':'desk','sender':'stranger','content':'x'}",
            "{'room':'desk','sender':'ann','content':''}", "{'room':'no room','sender':'ann','content':'x'}");

        JsonNode sent = JSON.readTree(answers.get(0));
        assertThat(sent.get("seq").asLong()).isEqualTo(1);
        assertThat(sent.get("duplicate").asBoolean()).isFalse();
        JsonNode again = JSON.readTree(answers.get(1));
        assertThat(again.get("messageId")).isEqualTo(sent.get("messageId"));
        assertThat(again.get("duplicate").asBoolean()).isTrue();
        JsonNode heard = ann.expect(type("message:new"));
        assertThat(heard.get("data").get("content").asText()).isEqualTo("one");
        assertThat(answers.get(2)).startsWith("refused 403 not_member: ");
        assertThat(answers.get(3)).startsWith("refused 400 bad_request: ");
        assertThat(answers.get(4)).startsWith("refused 400 bad_request: ");
      }
    }
  }

  /** Starts the program in a JVM of its own and waits for its end. Returns the lines that it printed as answers. */
  private static List<String> run(Path folder, String members, String... bodies) throws IOException, InterruptedException {
    int port = ClusterProcess.freePorts(1);
    Path output = folder.resolve("program.out");
    List<String> command = Stream
        .of(Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()),
            Arrays.stream(System.getProperty("chorus.jvm", "").trim().split("\\s+", -1)).filter(flag -> !flag.isEmpty()),
            Stream.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp", classpath(folder), BusSender.class.getName(), members,
                Integer.toString(port)),
            Arrays.stream(bodies).map(body -> body.replace('\'', '"')))
        .flatMap(part -> part).toList();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      assertThat(process.waitFor(180, TimeUnit.SECONDS)).as("it ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    List<String> answers = Files.readAllLines(output).stream()
        .filter(line -> line.startsWith("{\"messageId\"") || line.startsWith("refused") || line.startsWith("failed")).toList();
    assertThat(answers).as(Files.readString(output)).hasSameSizeAs(bodies);
    return answers;
  }

  /** The program's own class, {@code common}, and what common needs: none of the services. */
  private static String classpath(Path folder) throws IOException {
    Path own = Files.createDirectories(folder.resolve("classes"));
    String file = BusSender.class.getName().replace('.', '/') + ".class";
    Files.createDirectories(own.resolve(file).getParent());
    try (InputStream bytes = BusSender.class.getClassLoader().getResourceAsStream(file)) {
      Files.copy(bytes, own.resolve(file));
    }
    String others = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> !isOfChorus(entry) || entry.contains(File.separator + "common" + File.separator))
        .collect(Collectors.joining(File.pathSeparator));
    assertThat(others).contains("common").doesNotContain("delivery-service", "e2e" + File.separator);
    return own + File.pathSeparator + others;
  }

  private static boolean isOfChorus(String entry) {
    return entry.endsWith("classes") || entry.contains(File.separator + "dev" + File.separator + "chorus" + File.separator)
        || entry.matches(".*" + File.separator + "(common|gateway|delivery-service|presence-service|streaming-service|standalone|e2e)"
            + File.separator + "target" + File.separator + ".*");
  }
}

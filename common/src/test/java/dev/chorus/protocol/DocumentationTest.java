package dev.chorus.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.model.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pages under {@code docs/} name everything that the code has: what is added here without being written down there fails. */
class DocumentationTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final Pattern SETTING = Pattern.compile("\"(CHORUS_[A-Z_]+)\"");
  private static final Pattern METRIC = Pattern.compile("\"(chorus\\.(?:gateway|delivery|presence|streams)\\.[a-z.]+)\"");

  @Test
  void theProtocolNamesEveryErrorWithItsStatus() {
    String page = read(ROOT.resolve("docs/protocol.md"));
    for (ErrorCode code : ErrorCode.values()) {
      assertThat(page).contains("| `" + code.word() + "` | " + (code.retryable() ? "yes" : "no") + " | " + code.httpStatus() + " |");
    }
  }

  @Test
  void theProtocolNamesEveryTypeThatHasAGoldenFrame() throws IOException {
    String page = read(ROOT.resolve("docs/protocol.md"));
    for (String side : Set.of("client", "server")) {
      for (String file : GoldenFrames.files(side)) {
        JsonNode frame = Json.read(new String(GoldenFrames.lines(side + "/" + file).getFirst(), java.nio.charset.StandardCharsets.UTF_8));
        assertThat(page).containsPattern("[`\"]" + Pattern.quote(frame.get("type").asText()) + "[`\" ]");
      }
    }
  }

  @Test
  void operationsNamesEverySettingThatIsRead() throws IOException {
    String page = read(ROOT.resolve("docs/operations.md"));
    Set<String> settings = inSources(SETTING);
    assertThat(settings).contains("CHORUS_PORT", "CHORUS_DATABASE_URL", "CHORUS_LEAVE_GRACE_MS");
    assertThat(settings).allSatisfy(setting -> assertThat(page).contains(setting.endsWith("_FILE") ? "NAME_FILE" : "`" + setting + "`"));
  }

  @Test
  void operationsNamesEveryMetric() throws IOException {
    String page = read(ROOT.resolve("docs/operations.md"));
    Set<String> metrics = inSources(METRIC);
    assertThat(metrics).contains("chorus.gateway.connections");
    assertThat(metrics).allSatisfy(metric -> assertThat(page).contains(metric.replace('.', '_')));
  }

  private static Set<String> inSources(Pattern pattern) throws IOException {
    Set<String> found = new TreeSet<>();
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path sources : modules.map(module -> module.resolve("src/main/java")).filter(Files::isDirectory).toList()) {
        // What benchmarks set is what others read.
        if (sources.startsWith(ROOT.resolve("bench")))
          continue;
        try (Stream<Path> files = Files.walk(sources)) {
          for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
            for (Matcher matcher = pattern.matcher(read(file)); matcher.find();)
              found.add(matcher.group(1));
          }
        }
      }
    }
    return found;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

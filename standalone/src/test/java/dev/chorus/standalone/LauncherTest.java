package dev.chorus.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.node.Termination;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherTest {
  @TempDir
  Path directory;

  /** How a command ended. */
  private record Ended(int code, String out, String err) {}

  @Test
  void anUnknownOptionIsOneSentenceAndExitCodeTwo() {
    complains(run("up", "--prot"), "Unknown option: '--prot'");
    complains(run("cluster", "--gateways", "many"), "Invalid value for option '--gateways'");
    complains(run("dance"), "dance");
    complains(run("node"), "Missing required parameter: 'ROLE'");
    complains(run(), "Name a command");
  }

  @Test
  void aTakenPortIsOneSentenceThatNamesTheOption() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());
      complains(run("up", "--port", port, "--data", data()),
          "Port " + port + " is taken by another program; stop it, or choose another port with --port.");
      complains(run("up", "--port", freePort(), "--management-port", port, "--data", data()), "with --management-port.");
      complains(run("cluster", "--port", port, "--data", data()), "Port " + port + " is taken");
    }
    assertThat(directory.resolve("data")).doesNotExist();
  }

  @Test
  void aPortThatCannotBeIsOneSentence() {
    complains(run("up", "--port", "70000", "--data", data()), "There is no port 70000; choose one from 1 to 65535 with --port.");
    complains(run("up", "--port", "0", "--data", data()), "There is no port 0");
    complains(run("cluster", "--port", "65535", "--data", data()), "There is no port 65536");
    String port = freePort();
    complains(run("up", "--port", port, "--management-port", port, "--data", data()),
        "is for clients; choose another one with --management-port.");
  }

  @Test
  void aDirectoryThatCannotBeMadeIsOneSentence() {
    complains(run("up", "--port", freePorts().getFirst(), "--management-port", freePorts().getLast(), "--data", "/proc/chorus"),
        "/proc/chorus cannot be read or written; name another directory with --data");
    complains(run("token", "someone", "--data", "/proc/chorus"), "cannot be read or written");
  }

  @Test
  void aProviderFileThatIsMissingOrWrongIsOneSentence() throws Exception {
    complains(run("up", "--providers", directory.resolve("none").toString(), "--data", data()), "cannot be read");
    Path wrong = Files.writeString(directory.resolve("providers.json"), "{\"providers\": [}");
    complains(run("up", "--providers", wrong.toString(), "--data", data()), "The provider file " + wrong + " is wrong: ");
    complains(run("cluster", "--providers", wrong.toString(), "--data", data()), "is wrong: ");
  }

  @Test
  void aClusterNeedsEveryRoleAndANodeARoleAndACluster() {
    complains(run("cluster", "--delivery", "0", "--data", data()), "at least one node of each role");
    complains(run("node", "cook", "--data", data()), "There is no role \"cook\"");
    complains(run("node", "delivery", "--data", data()), "No cluster runs in ");
  }

  @Test
  void aDataDirectoryThatIsAFileIsOneSentence() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");
    complains(run("up", "--port", freePorts().getFirst(), "--management-port", freePorts().getLast(), "--data", file.toString()),
        "is a file; name a directory with --data.");
  }

  @Test
  void aTokenIsAloneOnStandardOutputAndItsSecretIsMadeOnceForTheOwnerOnly() throws Exception {
    Ended first = run("token", "someone", "--data", data());
    assertThat(first.code()).isZero();
    assertThat(first.err()).isEmpty();
    assertThat(first.out().strip().split("\\.", -1)).hasSize(3);
    assertThat(run("token", "someone", "--data", data()).out()).isEqualTo(first.out());
    assertThat(Files.getPosixFilePermissions(directory.resolve("data/jwt.secret")).toString()).doesNotContain("GROUP")
        .doesNotContain("OTHERS");
  }

  @Test
  void aTokenThatCannotBeIsOneSentence() {
    complains(run("token", "someone", "--expires", "soon", "--data", data()), "--expires must be a number with s, m, h or d");
    complains(run("token", "x".repeat(129), "--data", data()), "1 to 128 bytes");
  }

  private static void complains(Ended ended, String part) {
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err().lines()).singleElement().asString().startsWith("chorus: ").contains(part);
  }

  private String data() {
    return directory.resolve("data").toString();
  }

  private static String freePort() {
    return freePorts().getFirst();
  }

  private static List<String> freePorts() {
    return LocalPorts.take(2).stream().map(String::valueOf).toList();
  }

  private static Ended run(String... arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream newOut = new ByteArrayOutputStream();
    ByteArrayOutputStream newErr = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(newOut, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(newErr, true, StandardCharsets.UTF_8));
      int code = Launcher.run(arguments, Map.of(), Clock.fixed(Instant.ofEpochSecond(1_800_000_000), ZoneOffset.UTC), new Termination());
      return new Ended(code, newOut.toString(StandardCharsets.UTF_8), newErr.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }
}

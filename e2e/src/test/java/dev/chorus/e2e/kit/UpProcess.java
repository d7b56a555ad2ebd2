package dev.chorus.e2e.kit;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code chorus up}: all four services in one process, as a newcomer starts them. */
public final class UpProcess implements AutoCloseable {
  private final ChorusProcess process;
  private final Path data;
  private final int port;

  private UpProcess(ChorusProcess process, Path data, int port) {
    this.process = process;
    this.data = data;
    this.port = port;
  }

  /** Starts it in {@code data} and waits until it is ready. */
  public static UpProcess start(Path data, Map<String, String> environment, String... more) throws IOException {
    Files.createDirectories(data);
    int port = ClusterProcess.freePorts(2);
    List<String> arguments = new ArrayList<>(
        List.of("up", "--data", data.toString(), "--port", Integer.toString(port), "--management-port", Integer.toString(port + 1)));
    arguments.addAll(List.of(more));
    ChorusProcess process = ChorusProcess.start("dev.chorus.standalone.Launcher", arguments, environment, data.resolve("up.out"));
    UpProcess up = new UpProcess(process, data, port);
    try {
      Await.until("up is ready", Duration.ofSeconds(90), () -> {
        if (!process.alive())
          throw new AssertionError("it has ended");
        return HttpApi.status(up.management().resolve("/health/ready")) == 200;
      });
    } catch (AssertionError e) {
      up.close();
      throw new AssertionError("up did not start:\n" + process.output(), e);
    }
    return up;
  }

  public URI http() {
    return URI.create("http://127.0.0.1:" + port);
  }

  public URI management() {
    return URI.create("http://127.0.0.1:" + (port + 1));
  }

  public Tokens tokens() throws IOException {
    return Tokens.of(data);
  }

  public ChorusProcess process() {
    return process;
  }

  @Override
  public void close() {
    process.close();
  }
}

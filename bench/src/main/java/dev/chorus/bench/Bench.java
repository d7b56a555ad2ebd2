package dev.chorus.bench;

import dev.chorus.bench.cluster.ChorusCluster;
import dev.chorus.bench.floor.MockProvider;
import dev.chorus.bench.floor.StreamProvider;
import dev.chorus.bench.load.Loop;
import dev.chorus.bench.process.Floor;
import dev.chorus.bench.process.Scratch;
import dev.chorus.bench.report.Figure;
import dev.chorus.bench.report.Table;
import dev.chorus.bench.scenario.Benchmark;
import dev.chorus.bench.scenario.Plan;
import dev.chorus.bench.scenario.Stage;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code ./chorus bench [NAME…] [--quick]}: runs the benchmarks beside their references and prints one table. */
public final class Bench {
  private static final int USAGE = 2;
  private static final int MOST_MINUTES = 40;

  private Bench() {}

  /** Exit code 0 when everything could be measured, whatever the figures; 1 when not; 2 for arguments that mean nothing. */
  public static void main(String[] args) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    List<String> names = Stream.of(args).filter(arg -> !arg.equals("--quick")).toList();
    List<Benchmark> chosen = Benchmark.all().stream().filter(benchmark -> names.isEmpty() || names.contains(benchmark.name())).toList();
    if (chosen.size() < names.size()) {
      String known = Benchmark.all().stream().map(Benchmark::name).collect(Collectors.joining(", "));
      out.println("There is no benchmark of that name; there are " + known + ", and the option --quick.");
      System.exit(USAGE);
    }
    endInTime(out);
    System.exit(run(out, chosen, Arrays.asList(args).contains("--quick") ? Plan.QUICK : Plan.FULL));
  }

  private static int run(PrintStream out, List<Benchmark> chosen, Plan plan) throws IOException {
    List<Figure> figures = new ArrayList<>();
    List<String> failed = new ArrayList<>();
    Scratch scratch = Scratch.create();
    try (Floor provider = Floor.start(MockProvider.class);
        Floor streamProvider = Floor.start(StreamProvider.class);
        Loop loop = new Loop()) {
      int gateways = chosen.stream().mapToInt(Benchmark::gateways).max().orElse(1);
      out.println("Starting a cluster: " + gateways + " gateway" + (gateways == 1 ? "" : "s")
          + ", a delivery, presence and streaming node, and PostgreSQL …");
      Path providers = Files.writeString(scratch.directory().resolve("providers.json"), providers(provider.port(), streamProvider.port()));
      try (ChorusCluster chorus = ChorusCluster.start(launcher(), scratch.directory(), gateways, scratch.freePort(), providers)) {
        for (Benchmark benchmark : chosen) {
          out.println(benchmark.name() + " …");
          try {
            chorus.database().clear();
            figures.addAll(benchmark.run(new Stage(plan, loop, chorus, provider, streamProvider, out)));
          } catch (IOException e) {
            failed.add(benchmark.name() + " could not be measured: " + e.getMessage());
          }
        }
      }
    } catch (IOException e) {
      failed.add(e.getMessage());
    }
    if (failed.isEmpty())
      scratch.delete();
    else
      failed.add("The logs are in " + scratch.directory().resolve("logs") + ".");
    out.println();
    out.print(Table.of(figures));
    failed.forEach(out::println);
    return failed.isEmpty() ? 0 : 1;
  }

  private static String providers(int port, int streamPort) {
    return """
      {"providers": [{"name": "mock", "dialect": "openai", "baseUrl": "http://127.0.0.1:%d/v1", "maxConcurrent": 1000},
                     {"name": "streams", "dialect": "openai", "baseUrl": "http://127.0.0.1:%d/v1", "maxConcurrent": 1100}],
       "models": [{"name": "mock", "targets": [{"provider": "mock", "model": "mock"}]},
                  {"name": "streams", "targets": [{"provider": "streams", "model": "mock"}]}]}
      """.formatted(port, streamPort);
  }

  /** The launcher of this tree: named by a property, or the nearest one above the working directory. */
  private static Path launcher() throws IOException {
    String named = System.getProperty("chorus.launcher");
    if (named != null)
      return Path.of(named);
    for (Path directory = Path.of("").toAbsolutePath(); directory != null; directory = directory.getParent()) {
      Path script = directory.resolve("chorus");
      if (Files.isExecutable(script) && Files.isRegularFile(script))
        return script;
    }
    throw new IOException("No launcher found: run ./chorus bench from the directory that it lies in.");
  }

  private static void endInTime(PrintStream out) {
    Thread.ofPlatform().daemon().name("bench-end").start(() -> {
      try {
        TimeUnit.MINUTES.sleep(MOST_MINUTES);
      } catch (InterruptedException e) {
        return;
      }
      out.println("Given up after " + MOST_MINUTES + " minutes.");
      System.exit(1);
    });
  }
}

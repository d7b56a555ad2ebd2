package dev.chorus.bench.scenario;

import dev.chorus.bench.cluster.ChorusCluster;
import dev.chorus.bench.load.Loop;
import dev.chorus.bench.process.Floor;
import java.io.PrintStream;

/** What every benchmark plays on: one running Chorus, two providers behind it: one for single answers and one for a thousand at once, one load generator. */
public record Stage(Plan plan, Loop loop, ChorusCluster chorus, Floor provider, Floor streamProvider, PrintStream progress) {
  /** One line to whoever waits. */
  void says(String line) {
    progress.println("  " + line);
  }
}

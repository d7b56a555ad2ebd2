package dev.chorus.bench.scenario;

import dev.chorus.bench.report.Figure;
import java.io.IOException;
import java.util.List;

/** One named benchmark. */
public interface Benchmark {
  /** Its name on the command line and in the table. */
  String name();

  /** How many gateways it needs. */
  default int gateways() {
    return 1;
  }

  /** Runs it within a time that its plan bounds. */
  List<Figure> run(Stage stage) throws IOException;

  /** All of them, in the order in which they disturb each other least: memory is measured before anything has grown, what PostgreSQL writes before it tidies up behind the durable sends, nodes are killed in the end. */
  static List<Benchmark> all() {
    return List.of(new Idle(), new Fanout(), new Rooms(), new Receipts(), new Durable(), new Tokens(), new Streams(), new Cursors(),
        new Presence(), new Rebuild());
  }
}

package dev.chorus.bench.scenario;

import dev.chorus.bench.floor.RowPerRecipient;
import dev.chorus.bench.floor.WriteAheadLog;
import dev.chorus.bench.load.Crowd;
import dev.chorus.bench.load.Load;
import dev.chorus.bench.load.Outcome;
import dev.chorus.bench.load.Seating;
import dev.chorus.bench.process.ProcessFigures;
import dev.chorus.bench.report.Figure;
import dev.chorus.bench.report.Goal;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Messages that each of fifty recipients reads at once: what their receipts add to the write-ahead log and to every process, beside a row per message and recipient. */
final class Receipts implements Benchmark {
  private static final int RECIPIENTS = 50;
  private static final int[] RATES = {100, 20};
  private static final int USUAL_RATE = 100;
  private static final double MESSAGES = 600;
  private static final double WAL_BYTES = 1024;
  /** Marks are stored within 200 ms, figures within a second. */
  private static final double SETTLE_SECONDS = 2;
  private static final Seating SEATING = new Seating(1, RECIPIENTS, 1, 1, 4, Seating.USUAL_CONTENT);

  /** A load's outcome, and what was written to the log for it. */
  private record Run(Outcome outcome, long wal) {
    double walPerMessage() {
      return (double) wal / outcome.published();
    }

    double micros(String process) {
      return outcome.cpuMicrosPerAck(process);
    }
  }

  /** The same of the reference. */
  private record Rows(double wal, double micros) {}

  @Override
  public String name() {
    return "receipts";
  }

  @Override
  public List<Figure> run(Stage stage) throws IOException {
    String url = stage.chorus().database().url();
    ChorusDialect dialect = new ChorusDialect("receipts", stage.chorus().token());
    List<Figure> figures = new ArrayList<>();
    try (RowPerRecipient rows = new RowPerRecipient(url, RECIPIENTS);
        Crowd crowd = new Crowd(stage.loop(), stage.chorus().gatewayPort(), dialect, SEATING)) {
      crowd.readersSay(dialect::read);
      Outcome heat = crowd.run(stage.plan().heat(new Load.Rate(USUAL_RATE)), stage.chorus().meter());
      long faults = heat.faults();
      List<Run> silent = new ArrayList<>();
      List<Run> read = new ArrayList<>();
      for (int rate : RATES) {
        crowd.readersSay(null);
        silent.add(run(stage, crowd, rate));
        crowd.readersSay(dialect::read);
        read.add(run(stage, crowd, rate));
        faults += silent.getLast().outcome().faults() + read.getLast().outcome().faults();
      }
      for (int i = 0; i < RATES.length; i++)
        figures.addAll(figures(stage, RATES[i], silent.get(i), read.get(i), rows(stage, rows, RATES[i])));
      figures.add(Figure.faults(name(), "lost, doubled or out of order", faults, "messages"));
    } catch (SQLException e) {
      throw new IOException("PostgreSQL refused: " + e.getMessage(), e);
    }
    return figures;
  }

  /** All of the load is counted, and what settles after it. */
  private static Run run(Stage stage, Crowd crowd, int rate) throws IOException, SQLException {
    WriteAheadLog log = new WriteAheadLog(stage.chorus().database().url());
    long before = log.bytes();
    Outcome outcome = crowd.run(new Load(new Load.Rate(rate), 0, MESSAGES / rate), stage.chorus().meter());
    stage.loop().rest(SETTLE_SECONDS);
    return new Run(outcome, log.bytes() - before);
  }

  private static Rows rows(Stage stage, RowPerRecipient rows, int rate) throws SQLException {
    WriteAheadLog log = new WriteAheadLog(stage.chorus().database().url());
    ProcessFigures postgres = ProcessFigures.of(stage.chorus().database().pid());
    long before = log.bytes();
    double cpu = postgres.treeCpuSeconds();
    long messages = rows.run(rate, MESSAGES / rate);
    return new Rows((double) (log.bytes() - before) / messages, (postgres.treeCpuSeconds() - cpu) * 1e6 / messages);
  }

  private List<Figure> figures(Stage stage, int rate, Run silent, Run read, Rows reference) {
    double receipts = read.walPerMessage() - silent.walPerMessage();
    String words = RECIPIENTS + " recipients, " + rate + "/s, ";
    stage.says(
        "%d/s: %,.0f bytes of WAL a message, %,.0f with receipts; a row for each recipient: %,.0f".formatted(rate, silent.walPerMessage(),
            read.walPerMessage(), reference.wal()));
    List<Figure> figures = new ArrayList<>();
    figures.add(Figure.beside(name(), words + "WAL of the receipts", receipts, "bytes/message", reference.wal(),
        rate == USUAL_RATE ? new Goal.AtMost(WAL_BYTES) : Goal.none()));
    figures.add(Figure.alone(name(), words + "WAL of the message", silent.walPerMessage(), "bytes/message", Goal.none()));
    if (rate == USUAL_RATE)
      figures.addAll(cpu(words, silent, read, reference));
    return figures;
  }

  private List<Figure> cpu(String words, Run silent, Run read, Rows reference) {
    List<Figure> figures = new ArrayList<>();
    for (String process : List.of("gateway", "delivery"))
      figures.add(Figure.alone(name(), words + "CPU of receipts in " + process, read.micros(process) - silent.micros(process), "µs/message",
          Goal.none()));
    figures.add(Figure.beside(name(), words + "CPU of receipts in postgres", read.micros("postgres") - silent.micros("postgres"),
        "µs/message", reference.micros(), Goal.none()));
    return figures;
  }
}

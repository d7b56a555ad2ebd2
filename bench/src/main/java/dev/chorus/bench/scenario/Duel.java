package dev.chorus.bench.scenario;

import dev.chorus.bench.load.Crowd;
import dev.chorus.bench.load.Load;
import dev.chorus.bench.load.Loop;
import dev.chorus.bench.load.Outcome;
import dev.chorus.bench.load.Seating;
import dev.chorus.bench.process.Floor;
import dev.chorus.bench.process.Meter;
import java.io.IOException;

/** The same people at a bare server and at Chorus's gateway, both connected all the time, loaded in turns: bare, Chorus, bare, Chorus. */
final class Duel implements AutoCloseable {
  /** The name of the measured process on either side. */
  static final String SERVER = "server";

  /** What both sides did under the same load. */
  record Pair(Outcome bare, Outcome chorus) {}

  private final Stage stage;
  private final Floor floor;
  private final Crowd bare;
  private final Crowd chorus;
  private long faults;
  private String trouble;

  Duel(Stage stage, Class<?> floorMain, boolean rooms, String name, Seating seating) throws IOException {
    this.stage = stage;
    Loop loop = stage.loop();
    floor = Floor.start(floorMain);
    try {
      bare = new Crowd(loop, floor.port(), new BareDialect(rooms), seating);
      chorus = new Crowd(loop, stage.chorus().gatewayPort(), new ChorusDialect(name, stage.chorus().token()), seating);
      loop.rest(1);
    } catch (IOException e) {
      floor.close();
      throw e;
    }
  }

  /** Unmeasured load on both sides, until their compilers have done most of their work. */
  void heat(Load.Pace pace) throws IOException {
    Heating.of(stage, bare, pace, bareMeter(), floor.pid());
    count(Heating.of(stage, chorus, pace, chorusMeter(), stage.chorus().pid("gateway")));
  }

  /** Both sides in turns under one load. */
  Pair turns(Load.Pace pace) throws IOException {
    Load load = stage.plan().load(pace);
    Pair sum = turn(load);
    for (int i = 1; i < stage.plan().turns(); i++) {
      Pair next = turn(load);
      sum = new Pair(sum.bare.plus(next.bare), sum.chorus.plus(next.chorus));
    }
    stage.says("%s: bare %,.0f and Chorus %,.0f deliveries per CPU-second, p99 %.1f and %.1f ms".formatted(pace,
        sum.bare.deliveriesPerCpuSecond(SERVER),
        sum.chorus.deliveriesPerCpuSecond(SERVER), sum.bare.delivery().millis(.99), sum.chorus.delivery().millis(.99)));
    return sum;
  }

  /** Deliveries of Chorus that were lost or out of order, and sends it refused, in all turns so far. */
  long faults() {
    if (faults > 0)
      stage.says("faults: " + faults + (trouble == null ? "" : ", first: " + trouble));
    return faults;
  }

  @Override
  public void close() {
    bare.close();
    chorus.close();
    floor.close();
  }

  private Pair turn(Load load) throws IOException {
    Outcome bareOutcome = bare.run(load, bareMeter());
    return new Pair(bareOutcome, count(chorus.run(load, chorusMeter())));
  }

  private Outcome count(Outcome outcome) {
    faults += outcome.faults();
    if (trouble == null)
      trouble = outcome.trouble();
    return outcome;
  }

  private Meter bareMeter() {
    return Meter.of(SERVER, floor.pid());
  }

  private Meter chorusMeter() {
    return Meter.of(SERVER, stage.chorus().pid("gateway"));
  }
}

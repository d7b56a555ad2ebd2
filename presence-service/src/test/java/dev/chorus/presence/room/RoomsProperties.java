package dev.chorus.presence.room;

import dev.chorus.model.Presence.Status;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

class RoomsProperties {
  private static final int GATEWAYS = 3;
  private static final List<Status> STATUSES = List.of(Status.ONLINE, Status.BUSY, Status.AWAY, Status.OFFLINE);

  /** What happens to one gateway, to the owner, or to time. */
  enum What {
    JOIN, JOIN_HIDDEN, CHANGE, LEAVE, BREAK, DIE, SPLIT, COME_BACK, DELIVER, REPEAT, LOSE, REORDER, LOSE_EVENT, OWNER_CHANGES, DIE_TOGETHER, WAIT
  }

  record Step(What what, int gateway, int number) {}

  @Property(tries = 2000)
  void whateverHappensEverybodySeesTheTruthInTheEndAndNothingImpossibleBefore(@ForAll("steps") List<Step> steps) {
    World world = new World(GATEWAYS);
    steps.forEach(step -> happen(world, step));
    world.settleAndCheck();
  }

  /** Where nothing is lost and nobody is cut off, announcements take up to three seconds, and owners and gateways die. */
  @Property(tries = 2000)
  void whoIsThereIsNeverShownLeavingWhoeverDies(@ForAll("deaths") List<Step> steps) {
    World world = new World(GATEWAYS);
    world.beCareful();
    long waited = 0;
    for (Step step : steps) {
      waited = step.what == What.WAIT ? waited + step.number : waited;
      if (waited > 3000) {
        world.deliverAll();
        waited = 0;
      }
      // Who says goodbye between the arrivals of two gateways, and is on both, is shown leaving and coming: that is not looked at.
      if (step.what == What.LEAVE && world.gateway(step.gateway).hasMetOwner() && !world.knowsAll())
        world.deliverAll();
      happen(world, step);
    }
    world.settleAndCheck();
  }

  @Provide
  Arbitrary<List<Step>> deaths() {
    Arbitrary<What> what = Arbitraries.frequency(Tuple.of(5, What.JOIN), Tuple.of(2, What.LEAVE), Tuple.of(1, What.BREAK),
        Tuple.of(5, What.DELIVER), Tuple.of(3, What.WAIT), Tuple.of(2, What.OWNER_CHANGES), Tuple.of(1, What.DIE_TOGETHER),
        Tuple.of(1, What.DIE), Tuple.of(1, What.COME_BACK));
    return Combinators.combine(what, Arbitraries.integers().between(0, GATEWAYS - 1), Arbitraries.integers().between(0, 1500))
        .as(Step::new).list().ofMinSize(20).ofMaxSize(80);
  }

  private static void happen(World world, Step step) {
    Observer gateway = world.gateway(step.gateway);
    int number = step.number;
    switch (step.what) {
      case JOIN -> gateway.join("u" + number % 4, number % 3 == 0 ? "mobile" : "desktop", status(number), false);
      case JOIN_HIDDEN -> gateway.join("u" + number % 4, "desktop", status(number), true);
      case CHANGE -> gateway.change(number, status(number / 2), number % 5 == 0);
      case LEAVE -> gateway.leave(number, true);
      case BREAK -> gateway.leave(number, false);
      case DIE -> {
        gateway.forgetAll();
        world.drop(gateway);
      }
      case SPLIT -> world.drop(gateway);
      case COME_BACK -> world.admit(gateway);
      case DELIVER -> gateway.deliverAll();
      case REPEAT -> gateway.repeat();
      case LOSE -> gateway.lose();
      case REORDER -> gateway.reorder();
      case LOSE_EVENT -> gateway.loseNextEvent();
      case OWNER_CHANGES -> world.ownerChanges();
      case DIE_TOGETHER -> world.dieTogether(gateway);
      case WAIT -> world.pass(number);
    }
  }

  private static Status status(int number) {
    return STATUSES.get(number % STATUSES.size());
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<What> what = Arbitraries.frequencyOf(Tuple.of(5, Arbitraries.of(What.JOIN, What.LEAVE, What.BREAK, What.CHANGE)),
        Tuple.of(6, Arbitraries.just(What.DELIVER)), Tuple.of(6, Arbitraries.of(What.class)));
    Arbitrary<Integer> number = Arbitraries.oneOf(Arbitraries.integers().between(0, 60), Arbitraries.integers().between(0, 6000));
    return Combinators.combine(what, Arbitraries.integers().between(0, GATEWAYS - 1), number).as(Step::new).list().ofMaxSize(60);
  }
}

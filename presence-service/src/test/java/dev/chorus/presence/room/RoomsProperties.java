package dev.chorus.presence.room;

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

  /** What happens to one gateway, or to time. */
  enum What {
    JOIN, JOIN_HIDDEN, LEAVE, BREAK, DIE, SPLIT, COME_BACK, DELIVER, REPEAT, LOSE, REORDER, WAIT
  }

  record Step(What what, int gateway, int number) {}

  @Property(tries = 2000)
  void whateverHappensEverybodySeesTheTruthInTheEndAndNothingImpossibleBefore(@ForAll("steps") List<Step> steps) {
    World world = new World(GATEWAYS);
    steps.forEach(step -> happen(world, step));
    world.settleAndCheck();
  }

  private static void happen(World world, Step step) {
    World.Gateway gateway = world.gateways.get(step.gateway);
    switch (step.what) {
      case JOIN -> gateway.join("u" + step.number % 4, false);
      case JOIN_HIDDEN -> gateway.join("u" + step.number % 4, true);
      case LEAVE -> gateway.leave(step.number, true);
      case BREAK -> gateway.leave(step.number, false);
      case DIE -> gateway.die();
      case SPLIT -> gateway.dropped();
      case COME_BACK -> gateway.comesBack();
      case DELIVER -> gateway.deliverAll();
      case REPEAT -> gateway.repeat();
      case LOSE -> gateway.lose();
      case REORDER -> gateway.reorder();
      case WAIT -> world.pass(step.number);
    }
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<What> what = Arbitraries.frequencyOf(Tuple.of(5, Arbitraries.of(What.JOIN, What.LEAVE, What.BREAK)),
        Tuple.of(6, Arbitraries.just(What.DELIVER)), Tuple.of(6, Arbitraries.of(What.class)));
    Arbitrary<Integer> number = Arbitraries.oneOf(Arbitraries.integers().between(0, 60), Arbitraries.integers().between(0, 6000));
    return Combinators.combine(what, Arbitraries.integers().between(0, GATEWAYS - 1), number).as(Step::new).list().ofMaxSize(60);
  }
}

package dev.chorus.streaming.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import org.junit.jupiter.api.Test;

final class PlanTest {
  private static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  private static final Plan PLAN = new Plan(new StartStream(new StreamId("~one"), null, new UserId("ann"), "{\"model\":\"m\"}", false, null,
      null, null, null, null, true, false, null, null, true, null, "r", TRACEPARENT), null, null);

  @Test
  void whoGoesOnWithItKnowsAllOfItAlsoOfWhichTraceItIsAPart() {
    assertThat(Plan.read(PLAN.options(), PLAN.start().request())).contains(PLAN);
  }

  @Test
  void whatIsRecoveredFromItStaysInItsTrace() {
    assertThat(PLAN.as(new StreamId("~two"), PLAN.start().stream(), null, "s").start().traceparent()).isEqualTo(TRACEPARENT);
  }

  @Test
  void whatAnOlderNodeHasWrittenIsOfNoTrace() {
    String older = PLAN.options().replace(",\"traceparent\":\"" + TRACEPARENT + "\"", "");
    assertThat(older).doesNotContain("traceparent");
    assertThat(Plan.read(older, PLAN.start().request()).orElseThrow().start().traceparent()).isNull();
  }
}

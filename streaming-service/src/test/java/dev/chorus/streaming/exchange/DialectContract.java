package dev.chorus.streaming.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.protocol.Usage;
import dev.chorus.streaming.provider.Finish;
import dev.chorus.streaming.provider.Generation;
import dev.chorus.streaming.provider.Piece;
import dev.chorus.streaming.provider.Provider;
import dev.chorus.streaming.provider.ProviderContract;
import dev.chorus.streaming.provider.ProviderFailure;
import dev.chorus.streaming.provider.ProviderFailure.Cause;
import dev.chorus.streaming.provider.ProviderRequest;
import dev.chorus.streaming.provider.Recorder;
import dev.chorus.testkit.Eventually;
import dev.chorus.testkit.provider.Answer;
import dev.chorus.testkit.provider.Dialect;
import dev.chorus.testkit.provider.Fault;
import dev.chorus.testkit.provider.MockProvider;
import dev.chorus.testkit.provider.Place;
import dev.chorus.testkit.provider.Plan;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What adapters over HTTP keep beside the contract of all: every fault at every place is a failure of its kind, and a slow reader stops the provider itself. */
public interface DialectContract extends ProviderContract {
  Duration LIMIT = Duration.ofSeconds(60);
  ConcurrentLinkedQueue<MockProvider> MOCKS = new ConcurrentLinkedQueue<>();
  Answer FULL = Answer.text("Here is what I found – 好 😀.").withReasoning("Let me think about it.").withTool("search", "{\"query\":",
      "\"ships\"", "}");

  Dialect dialect();

  /** The adapter for a provider at that address. */
  Provider adapter(Vertx vertx, String url);

  @AfterEach
  default void stopMocks() {
    MOCKS.forEach(MockProvider::close);
    MOCKS.clear();
  }

  default MockProvider mock(Plan plan) {
    MockProvider mock = new MockProvider(plan);
    MOCKS.add(mock);
    return mock;
  }

  /** A mock's address with what its dialect adds. */
  default String url(MockProvider mock) {
    return dialect() == Dialect.OPENAI ? mock.url() + "/v1" : mock.url();
  }

  @Override
  default Provider answering(Vertx vertx, int tokens) {
    return adapter(vertx, url(mock(Plan.whole(Answer.words(tokens)))));
  }

  @Override
  default Provider breakingOff(Vertx vertx) {
    return adapter(vertx, url(mock(Plan.failing(Answer.words(10), Fault.END, Place.MIDDLE))));
  }

  @Override
  default String prompt(String kind) {
    return kind;
  }

  private Recorder hear(Plan plan) throws Exception {
    Recorder heard = new Recorder();
    ProviderContract.open(adapter(Loop.vertx, url(mock(plan))), request("hello"), heard);
    heard.awaitEnd();
    return heard;
  }

  @Test
  default void reasoningTextAndToolCallsComeWhole() throws Exception {
    Recorder heard = hear(Plan.whole(FULL));
    assertThat(heard.text()).isEqualTo(FULL.whole());
    assertThat(heard.pieces(Piece.Reasoning.class)).extracting(Piece.Reasoning::text).containsExactlyElementsOf(FULL.reasoning());
    assertThat(heard.pieces(Piece.Tool.class)).extracting(piece -> piece.delta().arguments()).filteredOn(arguments -> arguments != null)
        .isNotEmpty().satisfies(arguments -> assertThat(String.join("", arguments)).isEqualTo("{\"query\":\"ships\"}"));
    assertThat(heard.pieces(Piece.Tool.class).getFirst().delta()).satisfies(first -> {
      assertThat(first.name()).isEqualTo("search");
      assertThat(first.id()).isNotEmpty();
    });
    int tokens = FULL.reasoning().size() + FULL.text().size() + FULL.arguments().size();
    assertThat(heard.awaitEnd()).isEqualTo(new Finish("tool_calls", new Usage(11, tokens, 11 + tokens, null)));
  }

  @Test
  default void theProviderHearsOfWhichTraceTheRequestIsAPart() throws Exception {
    MockProvider mock = mock(Plan.whole(Answer.words(1)));
    Recorder heard = new Recorder();
    ProviderContract.open(adapter(Loop.vertx, url(mock)), request("hello"), heard);
    heard.awaitEnd();
    assertThat(mock.requests().poll(60, TimeUnit.SECONDS).head()).containsIgnoringCase("traceparent: " + Recorder.TRACEPARENT);
  }

  @Test
  default void everyFaultAtEveryPlaceIsAFailureOfItsKind() throws Exception {
    Set<Fault> faults = EnumSet.complementOf(EnumSet.of(Fault.STALL));
    for (Place place : Place.values()) {
      for (Fault fault : faults) {
        Recorder heard = hear(Plan.failing(FULL, fault, place));
        String what = fault + " " + place;
        Object end = heard.awaitEnd();
        assertThat(heard.timesEnded()).as(what).isEqualTo(1);
        // A reset overtakes what is still under way, so the reason may be lost with it.
        boolean overtaken = fault == Fault.RESET && end instanceof ProviderFailure;
        // Behind the reason nothing of the answer is missing, however it breaks off.
        if (place == Place.AFTER_REASON && !overtaken) {
          assertThat(end).as(what).isInstanceOfSatisfying(Finish.class, finish -> assertThat(finish.reason()).isEqualTo("tool_calls"));
          assertThat(heard.text()).as(what).isEqualTo(FULL.whole());
        } else {
          assertThat(end).as(what).isInstanceOfSatisfying(ProviderFailure.class,
              failure -> assertThat(failure.cause()).as(what).isIn(causes(fault, place)));
          assertThat(FULL.whole()).as(what).startsWith(heard.text());
        }
      }
    }
  }

  private static List<Cause> causes(Fault fault, Place place) {
    boolean early = place == Place.BEFORE_HEADERS;
    return switch (fault) {
      case END, CUT, RESET -> early ? List.of(Cause.UNREACHABLE) : List.of(Cause.TRUNCATED);
      case ERROR -> early ? List.of(Cause.STATUS) : List.of(Cause.IN_BAND);
      case MALFORMED -> early ? List.of(Cause.UNREACHABLE) : List.of(Cause.MALFORMED);
      case STALL -> List.of();
    };
  }

  @Test
  default void aStallKeepsWhatCameBeforeItAndEndsOnlyWhenItIsCancelled() throws Exception {
    Recorder heard = new Recorder();
    Generation stalled = ProviderContract.open(adapter(Loop.vertx, url(mock(Plan.failing(FULL, Fault.STALL, Place.BEFORE_REASON)))),
        request("hello"), heard);
    Eventually.await("all that was said is heard", LIMIT, () -> heard.text().equals(FULL.whole()));
    assertThat(heard.timesEnded()).isZero();
    ProviderContract.onLoop(stalled::cancel);
  }

  @Test
  default void aProviderWhoseAnswerIsNotReadCannotWriteOn() throws Exception {
    MockProvider mock = mock(Plan.endless(Answer.text("again and again and again")));
    Recorder heard = new Recorder();
    Generation endless = ProviderContract.open(adapter(Loop.vertx, url(mock)), request("hello"), heard);
    ProviderContract.onLoop(endless::pause);
    long before = Eventually.atRest("its writes block", LIMIT, mock::written);
    int frames = heard.size();
    ProviderContract.onLoop(endless::resume);
    Eventually.await("it is read on, and writes on", LIMIT, () -> heard.size() > frames && mock.written() > before);
    ProviderContract.onLoop(endless::cancel);
  }

  @Test
  default void aStatusKeepsItsBodyAndItsRetryAfterButNoSecret() throws Exception {
    String body = "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"Slow down, secret-key-of-ours at 127.0.0.1:9001\"},\"message\":\"Slow down, secret-key-of-ours at 127.0.0.1:9001\"}";
    ProviderFailure failure = (ProviderFailure) hear(Plan.status(429, "Content-Type: application/json\r\nRetry-After: 3\r\n", body))
        .awaitEnd();
    assertThat(failure.status()).isEqualTo(429);
    assertThat(failure.retryAfterMs()).isEqualTo(3000);
    assertThat(failure.message()).isEqualTo("Slow down, […] at […]");
    assertThat(((ProviderFailure) hear(Plan.notAStream()).awaitEnd()).cause()).isEqualTo(Cause.NOT_A_STREAM);
  }

  @Test
  default void aPrefixIsGoneOnFromAtItsLastCharacter() throws Exception {
    Answer answer = Answer.text("One two three four five");
    for (String prefix : List.of("One two", "One two ", "One tw")) {
      MockProvider mock = mock(Plan.whole(answer));
      Recorder heard = new Recorder();
      ProviderRequest asked = request("Count");
      ProviderContract.open(adapter(Loop.vertx, url(mock)), new ProviderRequest(asked.body(), asked.model(), true, prefix), heard);
      assertThat(heard.awaitEnd()).isInstanceOf(Finish.class);
      assertThat(prefix + heard.text()).isEqualTo(answer.whole());
      assertThat(mock.requests().poll(5, TimeUnit.SECONDS).body()).contains("\"assistant\"");
    }
  }
}

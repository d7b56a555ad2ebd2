package dev.chorus.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.e2e.kit.HttpApi;
import dev.chorus.e2e.kit.Tokens;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page as people use it, in a real browser against a real server. Against one that runs already: {@code -Dchorus.address=URL -Dchorus.data=DIR}, with a
 * model that takes some seconds to answer.
 */
final class BrowserTest {
  private static final AtomicInteger ROOMS = new AtomicInteger();
  @TempDir
  static Path folder;
  private static AutoCloseable server = () -> {};
  private static RunningChorus chorus;
  private static Chromium browser;

  private final String room = "room-" + ROOMS.incrementAndGet() + "-" + ProcessHandle.current().pid();

  @BeforeAll
  static void start() throws Exception {
    browser = Chromium.launch();
    String address = System.getProperty("chorus.address");
    if (address == null) {
      LocalChorus local = LocalChorus.start(folder);
      server = local;
      chorus = local;
    } else {
      chorus = alreadyRunning(URI.create(address), Tokens.of(Path.of(System.getProperty("chorus.data"))));
    }
  }

  @AfterAll
  static void stop() throws Exception {
    if (browser != null)
      browser.close();
    server.close();
  }

  @Test
  void whatOneWritesTheOtherSeesAndStaysAfterAReload() {
    try (ChatTab ada = join("ada"); ChatTab ben = join("ben")) {
      ada.write("Good morning");
      ben.sees("Good morning");
      ben.write("Good morning to you");
      ada.sees("Good morning to you");
      ben.page().reload();
      ben.connected();
      ada.write("Are you still there?");
      ben.sees("Are you still there?");
      ada.sees("Are you still there?");
      assertThat(ben.messages()).containsExactly("Good morning", "Good morning to you", "Are you still there?");
      assertThat(ada.messages()).isEqualTo(ben.messages());
      assertThat(ada.page().complaints()).isEmpty();
      assertThat(ben.page().complaints()).isEmpty();
    }
  }

  @Test
  void whoIsThereAndWhoTypesIsShown() {
    try (ChatTab ada = join("ada")) {
      ada.seesPeople(1);
      ChatTab ben = join("ben");
      ada.seesPeople(2);
      assertThat(ben.people()).containsExactlyInAnyOrder("ada", "ben");
      ben.typesUntil("I am thinking about", ada);
      ben.page().pressEnter();
      ada.sees("I am thinking about");
      ada.seesNobodyTyping();
      ben.typesUntil("This I shall not send", ada);
      ada.seesNobodyTyping();
      ben.close();
      ada.seesPeople(1);
    }
  }

  @Test
  void anAnswerGrowsInBothTabsAndGoesOnWhereItWasAfterAReload() throws Exception {
    try (ChatTab ada = join("ada"); ChatTab ben = join("ben")) {
      ada.ask("How does a chorus keep time?");
      ben.sees("How does a chorus keep time?");
      ben.answerLongerThan(0);
      ada.answerLongerThan(20);
      ben.answerLongerThan(40);
      ben.page().reload();
      ben.answerLongerThan(0);
      assertThat(ben.answerStatus()).as("the reload was in the middle of the answer").isEqualTo("STREAMING");
      chorus.goOn();
      ada.answerIs("COMPLETED");
      ben.answerIs("COMPLETED");
      String whole = textOf(ada.answerStream());
      assertThat(whole).isNotBlank();
      assertThat(ada.rememberedAnswer()).isEqualTo(whole);
      assertThat(ben.rememberedAnswer()).isEqualTo(whole);
      assertThat(ben.answerText()).isEqualTo(ada.answerText());
      assertThat(ada.answers()).isOne();
      assertThat(ben.answers()).isOne();
      ada.page().reload();
      ada.connected();
      assertThat(ada.rememberedAnswer()).isEqualTo(whole);
      assertThat(ada.answers()).isOne();
      assertThat(ada.page().complaints()).isEmpty();
    }
  }

  @Test
  void whoComesInTheMiddleOfAnAnswerSeesAllOfIt() throws Exception {
    try (ChatTab ada = join("ada")) {
      ada.ask("Tell me more");
      ada.answerLongerThan(30);
      try (ChatTab ben = join("ben")) {
        ben.answerLongerThan(30);
        assertThat(ada.answerStatus()).as("ben came in the middle of the answer").isEqualTo("STREAMING");
        chorus.goOn();
        ben.answerIs("COMPLETED");
        assertThat(ben.rememberedAnswer()).isEqualTo(textOf(ada.answerStream()));
        assertThat(ben.answers()).isOne();
      }
    }
  }

  @Test
  void anAnswerThatFailsIsShownAsFailedToEveryone() {
    try (ChatTab ada = join("ada"); ChatTab ben = join("ben")) {
      ada.ask("Will this work?", "broken");
      for (ChatTab tab : List.of(ada, ben)) {
        tab.answerIs("FAILED");
        tab.sees("No answer came");
        assertThat(tab.answers()).isOne();
      }
    }
  }

  @Test
  void whatIsBeingWrittenIsKeptOverAReload() {
    try (ChatTab ada = join("ada")) {
      ada.type("Half a sent");
      ada.page().reload();
      ada.connected();
      ada.type("ence");
      ada.page().pressEnter();
      ada.page().waitFor("document.querySelector('.message[data-seq]') && !document.querySelector('.pending')");
      assertThat(ada.messages()).containsExactly("Half a sentence");
    }
  }

  @Test
  void whatIsWrittenWithoutANetworkArrivesOnceWhenItIsBack() {
    try (ChatTab ada = join("ada"); ChatTab ben = join("ben")) {
      ada.page().offline(true);
      ada.page().waitFor("document.getElementById('status').dataset.phase !== 'connected'");
      ada.write("Written in a tunnel");
      ada.sees("Waiting for the connection");
      ben.write("Where is Ada?");
      ben.sees("Where is Ada?");
      assertThat(ben.messages()).containsExactly("Where is Ada?");
      ada.page().offline(false);
      ben.sees("Written in a tunnel");
      ada.sees("Where is Ada?");
      ada.page().waitFor("!document.querySelector('.pending')");
      assertThat(ben.messages()).containsExactly("Where is Ada?", "Written in a tunnel");
      assertThat(ada.messages()).isEqualTo(ben.messages());
    }
  }

  @Test
  void markupOfOthersIsShownAndNeverRun() {
    String markup = "<img src=x onerror=\"window.wasRun = true\"><script>window.wasRun = true</script>";
    try (ChatTab ada = join("ada"); ChatTab ben = join("ben")) {
      ada.write(markup);
      ben.sees(markup);
      assertThat(ben.page().evaluate("document.querySelectorAll('#timeline img, #timeline script').length").asInt()).isZero();
      assertThat(ben.page().evaluate("window.wasRun === undefined").asBoolean()).isTrue();
    }
  }

  @Test
  void aTokenThatDoesNotHoldLeadsToTheSignInWithASentence() {
    try (ChromiumPage page = browser.open(ChatTab.link(chorus.address(), "not.a.token", room))) {
      page.waitFor("!document.getElementById('signin').hidden");
      page.waitFor("document.getElementById('signin-problem').innerText.includes('not valid')");
      page.type("#signin input[name=token]", chorus.token("ada"));
      page.pressEnter();
      page.waitFor("document.getElementById('status').dataset.phase === 'connected' && document.getElementById('signin').hidden");
      assertThat(page.evaluate("location.href").asText()).doesNotContain("token");
    }
  }

  private ChatTab join(String user) {
    return ChatTab.join(browser, chorus, user, room);
  }

  private static String textOf(String streamId) throws Exception {
    HttpResponse<String> answer = new HttpApi(chorus.address(), chorus.token("ada")).get("/api/streams/" + streamId, "Accept",
        "application/json");
    assertThat(answer.statusCode()).isEqualTo(200);
    return HttpApi.json(answer).path("text").asText();
  }

  private static RunningChorus alreadyRunning(URI address, Tokens tokens) {
    return new RunningChorus() {
      @Override
      public URI address() {
        return address;
      }

      @Override
      public String token(String user) {
        return tokens.of(user);
      }

      @Override
      public void goOn() {
        // It does so by itself.
      }
    };
  }
}

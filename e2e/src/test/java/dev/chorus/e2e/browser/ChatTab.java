package dev.chorus.e2e.browser;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.e2e.kit.Await;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** The page as its user sees it: a room with messages, people, typing and answers. Elements are found by what the page marks them with. */
final class ChatTab implements AutoCloseable {
  private static final String LAST_ANSWER = "[...document.querySelectorAll('.answer[data-stream]')].at(-1)";

  private final ChromiumPage page;
  private final String room;

  private ChatTab(ChromiumPage page, String room) {
    this.page = page;
    this.room = room;
  }

  /** Opens a ready link, as the launcher prints it, and waits until the room is there. */
  static ChatTab join(Chromium browser, RunningChorus chorus, String user, String room) {
    ChatTab tab = new ChatTab(browser.open(link(chorus.address(), chorus.token(user), room)), room);
    tab.connected();
    return tab;
  }

  static URI link(URI address, String token, String room) {
    return address.resolve("/#token=" + token + "&room=" + room);
  }

  void connected() {
    page.waitFor("document.getElementById('status').dataset.phase === 'connected'");
    page.waitFor("document.querySelectorAll('#people-list li').length > 0 && !document.querySelector('.people.stale')");
  }

  void type(String text) {
    page.type("#text", text);
  }

  void write(String text) {
    type(text);
    page.pressEnter();
  }

  /** Asks the first model that the server offers. */
  void ask(String question) {
    page.waitFor("document.getElementById('model').options.length > 0");
    type(question);
    page.pressControlEnter();
  }

  void ask(String question, String model) {
    page.waitFor("[...document.getElementById('model').options].some(option => option.value === " + quoted(model) + ")");
    page.evaluate("document.getElementById('model').value = " + quoted(model));
    ask(question);
  }

  void sees(String text) {
    page.waitFor("document.getElementById('timeline').innerText.includes(" + quoted(text) + ")");
  }

  /** What messages say, one after the other, those included that are still being sent. */
  List<String> messages() {
    return texts("document.querySelectorAll('.message:not(.answer) .prose')");
  }

  List<String> people() {
    return texts("document.querySelectorAll('#people-list li')", "element.dataset.user");
  }

  void seesPeople(int count) {
    page.waitFor("document.querySelectorAll('#people-list li').length === " + count);
  }

  /** Types, and goes on with dots until the other tab shows it, which it does for three seconds. */
  void typesUntil(String text, ChatTab other) {
    type(text);
    Await.until("somebody types", Duration.ofMinutes(1), () -> {
      type(".");
      return other.page.evaluate("document.getElementById('typing').innerText.includes('is typing')").asBoolean();
    });
  }

  void seesNobodyTyping() {
    page.waitFor("document.getElementById('typing').innerText === ''");
  }

  /** Waits until the newest answer has more than so many characters; returns how many it has. */
  int answerLongerThan(int length) {
    return page.waitFor("(t => t > " + length + " && t)((" + LAST_ANSWER + "?.querySelector('.prose')?.innerText ?? '').length)").asInt();
  }

  void answerIs(String status) {
    page.waitFor(LAST_ANSWER + "?.dataset.status === " + quoted(status));
  }

  String answerStatus() {
    return page.evaluate(LAST_ANSWER + "?.dataset.status ?? ''").asText();
  }

  String answerText() {
    return page.evaluate(LAST_ANSWER + ".querySelector('.prose').innerText").asText();
  }

  /** All answers that are shown, whether as streams or as messages of the room. */
  int answers() {
    return page.evaluate("document.querySelectorAll('.answer').length").asInt();
  }

  String answerStream() {
    return page.evaluate(LAST_ANSWER + ".dataset.stream").asText();
  }

  /** The newest answer's text as the model wrote it, without the page's formatting, from what the tab remembers. */
  String rememberedAnswer() {
    String state = "JSON.parse(sessionStorage.getItem('chorus.room." + room + "')).answers.at(-1)";
    page.waitFor(state + ".status !== 'STREAMING'");
    return page.evaluate(state + ".pieces.filter(piece => piece.kind === 'content').map(piece => piece.text).join('')").asText();
  }

  ChromiumPage page() {
    return page;
  }

  @Override
  public void close() {
    page.close();
  }

  private List<String> texts(String elements) {
    return texts(elements, "element.innerText");
  }

  private List<String> texts(String elements, String what) {
    JsonNode found = page.evaluate("[..." + elements + "].map(element => " + what + ")");
    return found.valueStream().map(JsonNode::asText).toList();
  }

  private static String quoted(String text) {
    return com.fasterxml.jackson.databind.node.TextNode.valueOf(text).toString();
  }
}

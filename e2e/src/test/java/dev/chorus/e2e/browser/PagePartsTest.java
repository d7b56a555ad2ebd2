package dev.chorus.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page's parts that decide something, without a server: what closes mean, how answers, the log, typing and the outbox behave. */
final class PagePartsTest {
  private static Chromium browser;
  private static PageFiles files;
  private static ChromiumPage page;

  @BeforeAll
  static void start() throws Exception {
    browser = Chromium.launch();
    files = new PageFiles();
    page = browser.open(files.address());
    page.waitFor("!document.getElementById('signin').hidden");
  }

  @AfterAll
  static void stop() throws Exception {
    if (files != null)
      files.close();
    if (browser != null)
      browser.close();
  }

  @Test
  void withoutATokenTheSignInIsShownAndTheStrictPolicyHolds() {
    assertThat(page.evaluate("document.getElementById('chat').hidden").asBoolean()).isTrue();
    assertThat(page.complaints()).isEmpty();
  }

  @Test
  void aCloseCodeDecidesWhetherToComeBack() {
    JsonNode advice = run(
        """
        const {afterClose} = await import('/closing.js');
        return Object.fromEntries([1006, 4000, 4001, 4008, 4029, 4400, 4401, 4403, 4409, 4413].map(code => [code, afterClose(code, '').again]));""");
    assertThat(advice).hasToString(
        "{\"1006\":true,\"4000\":true,\"4001\":true,\"4008\":true,\"4029\":true,\"4400\":false,\"4401\":false,\"4403\":false,\"4409\":false,\"4413\":false}");
    assertThat(run(
        "const {afterClose} = await import('/closing.js'); return afterClose(4000, '{\"code\":\"drain\",\"reconnectInMs\":2300}').delayMs;")
        .asInt())
        .isEqualTo(2300);
    assertThat(run("const {afterClose} = await import('/closing.js'); return afterClose(4000, 'not JSON').delayMs;").isNull()).isTrue();
  }

  @Test
  void theBackoffGrowsAndStaysUnderItsCeiling() {
    JsonNode waits = run("const {backoff} = await import('/closing.js'); return [0, 1, 2, 30].map(n => backoff(n, () => 1));");
    assertThat(waits).hasToString("[650,1150,2150,30150]");
    assertThat(run("const {backoff} = await import('/closing.js'); return backoff(30, () => 0);").asInt()).isEqualTo(150);
  }

  @Test
  void anAnswerTakesEachChunkOnceAndReportsAHole() {
    JsonNode seen = run("""
        const {Answer} = await import('/answer.js');
        const answer = new Answer('s', 1);
        const chunk = (from, to, text) => answer.chunk({from, to, kind: 'content', text});
        const outcomes = [chunk(1, 1, 'a'), chunk(2, 4, 'bcd'), chunk(2, 4, 'bcd'), chunk(6, 6, 'f'), chunk(4, 5, 'de'), chunk(5, 5, 'e')];
        return {outcomes: outcomes.join(' '), text: answer.text, position: answer.position};""");
    assertThat(seen.path("outcomes").asText()).isEqualTo("taken taken known hole overlap taken");
    assertThat(seen.path("text").asText()).isEqualTo("abcde");
    assertThat(seen.path("position").asInt()).isEqualTo(5);
  }

  @Test
  void aResetTakesBackWhatIsVoidAndAsksForTheTextWhereItCannotBeCut() {
    JsonNode seen = run("""
        const {Answer} = await import('/answer.js');
        const answer = new Answer('s', 1);
        const chunk = (from, to, text) => answer.chunk({from, to, kind: 'content', text});
        chunk(1, 1, 'good '); chunk(2, 2, 'bad '); chunk(3, 3, 'worse');
        const reset = answer.note({seq: 4, notice: 'reset', fromSeq: 1});
        chunk(5, 8, 'better');
        const after = answer.text;
        return {reset, after, straddling: answer.note({seq: 9, notice: 'reset', fromSeq: 6})};""");
    assertThat(seen).hasToString("{\"reset\":\"taken\",\"after\":\"good better\",\"straddling\":\"overlap\"}");
  }

  @Test
  void aRememberedAnswerGoesOnFromItsPosition() {
    JsonNode seen = run("""
        const {Answer} = await import('/answer.js');
        const before = new Answer('s', 1);
        before.open({epoch: 'e', model: 'm', user: 'ada'});
        before.chunk({from: 1, to: 3, kind: 'content', text: 'one '});
        const answer = Answer.restore(JSON.parse(JSON.stringify(before.snapshot())));
        const repeat = answer.chunk({from: 1, to: 3, kind: 'content', text: 'one '});
        answer.chunk({from: 4, to: 4, kind: 'content', text: 'two'});
        answer.end({seq: 5, status: 'FAILED', error: {code: 'unavailable', message: 'It broke.'}});
        const {text, epoch, status, error} = answer;
        return {repeat, text, epoch, status, error};""");
    assertThat(seen)
        .hasToString("{\"repeat\":\"known\",\"text\":\"one two\",\"epoch\":\"e\",\"status\":\"FAILED\",\"error\":\"It broke.\"}");
  }

  @Test
  void theLogKeepsOrderTakesRepeatsOnceAndAppliesTheNewestEdit() {
    JsonNode seen = run("""
        const {Log} = await import('/log.js');
        const log = new Log();
        log.reset('e', 0);
        const say = (seq, content) => log.put({type: 'message:new', seq, data: {messageId: `m${seq}`, sender: 'ada', content, at: seq}});
        say(2, 'second'); say(1, 'first'); say(2, 'second'); say(3, 'third');
        log.put({type: 'message:update', seq: 5, data: {messageId: 'm1', target: 1, content: 'newest'}});
        log.put({type: 'message:update', seq: 4, data: {messageId: 'm1', target: 1, content: 'older'}});
        log.put({type: 'message:delete', seq: 6, data: {messageId: 'm3', target: 3}});
        return log.messages().map(({seq, content, deleted}) => [seq, content, deleted]);""");
    assertThat(seen).hasToString("[[1,\"newest\",false],[2,\"second\",false],[3,\"\",true]]");
  }

  @Test
  void typingEndsByItselfWhenTheServerFallsSilent() {
    JsonNode seen = run("""
        const {Roster} = await import('/roster.js');
        const roster = new Roster();
        roster.replace([{user: 'ben', name: 'Ben', status: 'ONLINE'}], 7);
        roster.on({type: 'typing:start', data: {users: [{user: 'ben', expiresAt: 5000}]}}, 1000, 1000);
        const old = {type: 'user:leave', data: {version: 6, users: [{user: 'ben'}]}};
        roster.on(old, 1000, 0);
        const during = roster.typing('ada');
        roster.expire(3999);
        const still = roster.typing('ada').length;
        roster.expire(4000);
        return {during, still, after: roster.typing('ada'), people: roster.people().length};""");
    assertThat(seen).hasToString("{\"during\":[\"Ben\"],\"still\":1,\"after\":[],\"people\":1}");
  }

  @Test
  void theOutboxRepeatsWithTheSameClientIdAndAsksOnlyAfterTheMessageIsThere() {
    JsonNode calls = run("""
        const {Outbox} = await import('/outbox.js');
        const calls = [];
        let finished;
        const end = new Promise(resolve => { finished = resolve; });
        const outbox = new Outbox({
          ready: () => true, has: () => true, changed: () => {}, conversation: () => [], started: () => finished(),
          call: (type, data, done, failed) => {
            calls.push([type, data.content ?? data.messages.at(-1).content, data.clientId]);
            if (calls.length === 1) failed({code: 'timeout', message: 'no answer', retryable: true, retryAfterMs: 1});
            else done(type === 'message:send' ? {seq: calls.length} : {streamId: 's', epoch: 'e'});
          }});
        outbox.add('first', null);
        outbox.add('question', 'assistant');
        await end;
        const sameId = calls[0][2] === calls[1][2];
        return {sameId, calls: calls.map(([type, text]) => `${type} ${text}`)};""");
    assertThat(calls).hasToString(
        "{\"sameId\":true,\"calls\":[\"message:send first\",\"message:send first\",\"message:send question\",\"stream:start question\"]}");
  }

  private static JsonNode run(String body) {
    return page.evaluate("(async () => {" + body + "})()");
  }
}

package dev.chorus.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.StreamRecord;
import dev.chorus.streaming.TestNode.Asking;
import dev.chorus.streaming.openai.OpenAiServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two providers on real sockets: what one does wrong before its first token, the other makes good. */
final class FailoverTest {
  @TempDir
  private Path directory;

  private static byte[] transcript(String name) throws IOException {
    try (InputStream in = FailoverTest.class.getResourceAsStream("/wire/" + name + ".sse")) {
      return in.readAllBytes();
    }
  }

  private static OpenAiServer silentAfter(String body) throws IOException {
    return new OpenAiServer((request, out) -> {
      out.write((OpenAiServer.STREAM_HEAD + body).getBytes(StandardCharsets.UTF_8));
      out.flush();
      Thread.currentThread().join(30_000);
    });
  }

  private List<StreamRecord> answer(OpenAiServer first, OpenAiServer second, int firstTokenMs) throws Exception {
    Path file = directory.resolve("providers.json");
    Files.writeString(file, """
        {"providers":[{"name":"one","dialect":"openai","baseUrl":"%s","firstTokenTimeoutMs":%d,"interChunkTimeoutMs":300},
                      {"name":"two","dialect":"openai","baseUrl":"%s","firstTokenTimeoutMs":60000,"interChunkTimeoutMs":60000}],
         "models":[{"name":"m","targets":[{"provider":"one"},{"provider":"two"}],"price":{"promptPerMillion":1000000,"completionPerMillion":2000000}}],
         "retry":{"baseDelayMs":1}}""".formatted(first.baseUrl(), firstTokenMs, second.baseUrl()));
    try (first; second; TestNode node = TestNode.alone(Map.of("CHORUS_PROVIDERS", file.toString()))) {
      return node.ended(node.start(new Asking("hello").of("m").keepingFrames().start()).streamId());
    }
  }

  private static OpenAiServer good() throws IOException {
    return OpenAiServer.sending(transcript("openai-chat-basic"));
  }

  private static void assertSecondAnswered(List<StreamRecord> records, int attempts) {
    StreamRecord.End end = TestNode.end(records);
    assertThat(end.status()).isEqualTo("COMPLETED");
    assertThat(end.metrics().attempts()).isEqualTo(attempts);
    assertThat(end.metrics().failovers()).isEqualTo(1);
    assertThat(records).hasSize(33 + 1);
    assertThat(end.cost().amount()).isEqualTo(end.usage().promptTokens() + 2.0 * end.usage().completionTokens());
    assertThat(end.cost().currency()).isEqualTo("USD");
  }

  @Test
  void anAnswerThatBreaksOffBeforeItsFirstTokenLeavesNoTrace() throws Exception {
    String role = "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\n";
    assertSecondAnswered(answer(OpenAiServer.sending(role.getBytes(StandardCharsets.UTF_8)), good(), 60_000), 2);
    assertSecondAnswered(answer(silentAfter(role), good(), 300), 2);
  }

  @Test
  void serverErrorsAreRepeatedThenTheNextTargetAnswers() throws Exception {
    assertSecondAnswered(answer(OpenAiServer.answering(500, "", "{}"), good(), 60_000), 3);
  }

  @Test
  void whatTheNextProviderSaysOtherwiseTakesThePlaceOfWhatWasSaid() throws Exception {
    List<StreamRecord> records = answer(
        silentAfter("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":null}]}\n\n"), good(), 60_000);
    StreamRecord.End end = TestNode.end(records);
    assertThat(end.status()).isEqualTo("COMPLETED");
    assertThat(TestNode.notices(records)).containsExactly("failover", "reset");
    StreamRecord.Notice failover = (StreamRecord.Notice) records.get(1);
    assertThat(failover.provider()).isEqualTo("two");
    assertThat(failover.attempt()).isEqualTo(2);
    assertThat(((StreamRecord.Notice) records.get(2)).fromSeq()).isZero();
    assertThat(end.metrics().failovers()).isEqualTo(1);
    // The lost attempt has cost something too.
    assertThat(end.usage().estimated()).isTrue();
  }

  @Test
  void theCallersMistakeComesBackAsItWasAndNobodyElseIsAsked() throws Exception {
    OpenAiServer second = good();
    List<StreamRecord> records = answer(OpenAiServer.answering(422, "Content-Type: application/json\r\n",
        "{\"error\":{\"message\":\"temperature is too high\",\"type\":\"invalid_request_error\",\"param\":\"temperature\",\"code\":\"out_of_range\"}}"),
        second, 60_000);
    StreamRecord.Failure failure = TestNode.end(records).failure();
    assertThat(records).hasSize(1);
    assertThat(failure.httpStatus()).isEqualTo(422);
    assertThat(failure.param()).isEqualTo("temperature");
    assertThat(failure.code()).isEqualTo("out_of_range");
    assertThat(failure.error().message()).isEqualTo("temperature is too high");
    assertThat(second.requests()).isEmpty();
  }
}

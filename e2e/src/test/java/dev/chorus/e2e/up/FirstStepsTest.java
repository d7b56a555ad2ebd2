package dev.chorus.e2e.up;

import static dev.chorus.e2e.kit.ChatClient.type;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.e2e.kit.Await;
import dev.chorus.e2e.kit.ChatClient;
import dev.chorus.e2e.kit.ChorusProcess;
import dev.chorus.e2e.kit.HttpApi;
import dev.chorus.e2e.kit.UpProcess;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a newcomer does first: start it, get a token, write, stop it, start it again and find everything. */
final class FirstStepsTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  @TempDir
  Path folder;

  @Test
  void whatWasSaidIsThereAfterAStopAndAStart() throws Exception {
    Path data = folder.resolve("data");
    try (UpProcess up = UpProcess.start(data, Map.of())) {
      Await.until("the links are printed", LONG, () -> up.process().output().contains("#token="));
      assertThat(up.process().output()).contains(up.http().getPort() + "");
      ChorusProcess token = ChorusProcess.start("dev.chorus.standalone.Launcher",
          List.of("token", "nia", "--data", data.toString(), "--room", "first-*"), Map.of(), folder.resolve("token"));
      assertThat(token.awaitExit(LONG)).isZero();
      try (ChatClient nia = ChatClient.connect(up.http(), token.output().trim())) {
        nia.join("first-room");
        nia.send("first-room", "remember me");
        nia.expect(type("message:new"));
        assertThat(nia.ask("room:join", "other", Map.of()).get("data").get("code").asText()).isEqualTo("forbidden");
      }
      assertThat(HttpApi.status(up.http().resolve("/api/ws/health"))).isEqualTo(200);
      assertThat(HttpApi.status(up.management().resolve("/health/live"))).isEqualTo(200);
      assertThat(new HttpApi(up.management(), null).get("/metrics").body()).contains("chorus_");
      assertThat(new HttpApi(up.http(), null).get("/").body()).contains("<title>");
      up.process().signal("TERM");
      assertThat(up.process().awaitExit(LONG)).isZero();
    }
    try (UpProcess up = UpProcess.start(data, Map.of())) {
      HttpResponse<String> history = new HttpApi(up.http(), up.tokens().of("nia")).get("/api/rooms/first-room/messages");
      assertThat(history.statusCode()).isEqualTo(200);
      assertThat(history.body()).contains("remember me");
    }
  }
}

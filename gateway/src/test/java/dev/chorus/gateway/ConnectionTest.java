package dev.chorus.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chorus.gateway.httpkit.Until;
import dev.chorus.gateway.socketkit.Jwt;
import dev.chorus.gateway.socketkit.TestClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How connections begin, whom they belong to, and how they end. */
final class ConnectionTest {
  private TestGateway gateway = TestGateway.start();

  @AfterEach
  void stop() {
    gateway.close();
  }

  private void restart(String... settings) {
    gateway.close();
    gateway = TestGateway.start(settings);
  }

  private TestClient open(String query, String... headers) {
    WebSocket.Builder builder = TestClient.builder();
    for (int i = 0; i < headers.length; i += 2)
      builder.header(headers[i], headers[i + 1]);
    return TestClient.open(gateway.address(query), builder, true);
  }

  @Test
  void aTokenMayComeInTheHeaderTheSubprotocolTheQueryOrTheFirstFrame() {
    assertThat(open("", "Authorization", "Bearer " + Jwt.user("ann")).expect("welcome").path("data").path("user").asText())
        .isEqualTo("ann");
    TestClient byProtocol = TestClient.open(gateway.address(""),
        TestClient.builder().subprotocols("chorus.v1", "bearer." + Jwt.user("ben")), true);
    assertThat(byProtocol.expect("welcome").path("data").path("user").asText()).isEqualTo("ben");
    assertThat(byProtocol.subprotocol()).isEqualTo("chorus.v1");
    var welcome = open("?access_token=" + Jwt.user("cid")).expect("welcome").path("data");
    assertThat(welcome.path("user").asText()).isEqualTo("cid");
    assertThat(welcome.path("node").asText()).isEqualTo("gateway");
    assertThat(welcome.path("heartbeatMs").asLong()).isEqualTo(30_000);
    TestClient byFrame = open("");
    byFrame.ask("auth", null, "{\"token\":\"" + Jwt.user("dan") + "\"}");
    assertThat(byFrame.expect("welcome").path("data").path("user").asText()).isEqualTo("dan");
  }

  @Test
  void framesBehindTheFirstOneWaitUntilItsTokenIsChecked() {
    TestClient ann = open("");
    ann.raw(TestClient.frame(1, "auth", null, "{\"token\":\"" + Jwt.user("ann") + "\"}") + "\n"
        + TestClient.frame(2, "room:join", "lobby", "{}"));
    assertThat(ann.answer(1).path("type").asText()).isEqualTo("ack");
    assertThat(ann.answer(2).path("type").asText()).isEqualTo("ack");
  }

  @Test
  void aWrongTokenIsLetInToHearWhy() {
    long past = System.currentTimeMillis() / 1000 - 5;
    for (String token : new String[]{"nonsense", Jwt.unsigned("{\"sub\":\"ann\",\"admin\":true}"),
        Jwt.signed("{\"sub\":\"ann\"}", "another secret of some length"),
        Jwt.of("{\"sub\":\"ann\",\"exp\":" + past + "}"), Jwt.of("{\"name\":\"nobody\"}"),
        Jwt.of("{\"sub\":\"" + "x".repeat(129) + "\"}")}) {
      TestClient.Closed closed = open("", "Authorization", "Bearer " + token).closed();
      assertThat(closed.code()).isEqualTo(4401);
      assertThat(closed.reason()).isEqualTo("{\"code\":\"unauthorized\"}");
    }
    TestClient byFrame = open("");
    byFrame.send("auth", null, "{\"token\":\"nonsense\"}");
    assertThat(byFrame.closed().code()).isEqualTo(4401);
    TestClient nobody = open("");
    nobody.send("room:join", "lobby", "{}");
    assertThat(nobody.closed().code()).isEqualTo(4401);
  }

  @Test
  void whoDoesNotSayWhoTheyAreInTenSecondsIsSentAway() {
    TestClient nobody = open("");
    nobody.awaitPong();
    gateway.clock.pass(11_000);
    assertThat(nobody.closed().code()).isEqualTo(4401);
  }

  @Test
  void foreignPagesAreRefusedBeforeTheUpgrade() {
    assertThat(status("Origin", "https://evil.example")).isEqualTo(403);
    open("", "Origin", "http://127.0.0.1:" + gateway.port());
    restart("CHORUS_ALLOWED_ORIGINS", "https://chat.example");
    open("", "Origin", "https://chat.example");
    restart("CHORUS_ALLOWED_ORIGINS", "https://Chat.example/");
    open("", "Origin", "https://chat.example");
  }

  @Test
  void oneMoreThanTheGatewayTakesIsRefusedBeforeTheUpgrade() {
    restart("CHORUS_MAX_CONNECTIONS", "1");
    open("");
    assertThatThrownBy(() -> open("")).cause().satisfies(refused -> {
      var response = ((WebSocketHandshakeException) refused).getResponse();
      assertThat(response.statusCode()).isEqualTo(503);
      assertThat(response.headers().firstValue("Retry-After")).isPresent();
    });
  }

  private int status(String... headers) {
    try {
      open("", headers);
      return 101;
    } catch (RuntimeException e) {
      return ((WebSocketHandshakeException) e.getCause()).getResponse().statusCode();
    }
  }

  @Test
  void aUserHasSoManyConnectionsAndNoMore() {
    restart("CHORUS_MAX_CONNECTIONS_PER_USER", "2");
    TestClient first = gateway.connect("ann");
    gateway.connect("ann");
    assertThat(open("", "Authorization", "Bearer " + Jwt.user("ann")).closed().code()).isEqualTo(4029);
    gateway.connect("ben");
    first.close();
    first.closed();
    gateway.connect("ann");
  }

  @Test
  void aNewTokenOfTheSameUserReplacesTheOldOneAndAnotherUsersDoesNot() {
    TestClient ann = gateway.connect("ann");
    ann.join("lobby");
    ann.join("team.a");
    assertThat(ann.call("auth", null, "{\"token\":\"" + Jwt.user("ben") + "\"}").path("data").path("code").asText()).isEqualTo("forbidden");
    assertThat(ann.call("auth", null, "{\"token\":\"nonsense\"}").path("data").path("code").asText()).isEqualTo("unauthorized");
    ann.ask("auth", null, "{\"token\":\"" + Jwt.of("{\"sub\":\"ann\",\"rooms\":[\"team.*\"]}") + "\"}");
    var left = ann.expect("room:left");
    assertThat(left.path("room").asText()).isEqualTo("lobby");
    assertThat(left.path("data").path("reason").asText()).isEqualTo("forbidden");
    assertThat(ann.call("room:join", "lobby", "{}").path("data").path("code").asText()).isEqualTo("forbidden");
    assertThat(ann.call("message:send", "lobby", "{\"content\":\"x\"}").path("data").path("code").asText()).isEqualTo("forbidden");
    assertThat(ann.say("team.a", "still here").path("seq").asLong()).isEqualTo(1);
  }

  @Test
  void replacingEndsTheUsersOtherConnectionsOfThatDevice() {
    TestClient phone = open("");
    phone.ask("auth", null, "{\"token\":\"" + Jwt.user("ann") + "\",\"device\":\"phone\"}");
    TestClient desktop = gateway.connect("ann");
    TestClient newPhone = open("");
    newPhone.ask("auth", null, "{\"token\":\"" + Jwt.user("ann") + "\",\"device\":\"phone\",\"replace\":true}");
    assertThat(phone.closed()).isEqualTo(new TestClient.Closed(4409, "{\"code\":\"replaced\"}"));
    assertThat(desktop.rest("error")).isEmpty();
    assertThat(newPhone.rest("error")).isEmpty();
  }

  @Test
  void aTokenThatEndsIsAnnouncedAMinuteBeforeAndEndsTheConnectionTenSecondsAfter() {
    gateway.clock.freeze();
    long exp = gateway.clock.millis() / 1000 + 120;
    TestClient ann = gateway.enter(Jwt.of("{\"sub\":\"ann\",\"exp\":" + exp + "}"));
    gateway.clock.pass(62_000);
    assertThat(ann.expect("auth:expiring").path("data").path("expiresAt").asLong()).isEqualTo(exp * 1000);
    assertThat(ann.rest("auth:expiring")).isEmpty();
    gateway.clock.pass(60_000);
    assertThat(ann.rest("error")).as("the grace").isEmpty();
    gateway.clock.pass(10_000);
    assertThat(ann.closed().code()).isEqualTo(4401);
  }

  @Test
  void aNewTokenThatEndsEarlierCountsAtOnce() {
    gateway.clock.freeze();
    long now = gateway.clock.millis() / 1000;
    TestClient ann = gateway.enter(Jwt.of("{\"sub\":\"ann\",\"exp\":" + (now + 3600) + "}"));
    gateway.clock.pass(2_000);
    ann.ask("auth", null, "{\"token\":\"" + Jwt.of("{\"sub\":\"ann\",\"exp\":" + (now + 5) + "}") + "\"}");
    gateway.clock.pass(2_000);
    assertThat(ann.expect("auth:expiring").path("data").path("expiresAt").asLong()).isEqualTo((now + 5) * 1000);
    gateway.clock.pass(12_000);
    assertThat(ann.closed().code()).isEqualTo(4401);
  }

  @Test
  void whoIsSilentIsDroppedAndWhoIsInNoRoomForLongIsToo() {
    gateway.clock.freeze();
    TestClient quiet = gateway.connect("quiet");
    gateway.clock.pass(76_000);
    assertThat(quiet.closed()).isEqualTo(new TestClient.Closed(4001, "{\"code\":\"heartbeat_timeout\"}"));
    TestClient lonely = gateway.connect("lonely");
    TestClient joined = gateway.connect("joined");
    joined.join("lobby");
    for (int i = 0; i < 6; i++) {
      lonely.rest("nothing");
      joined.rest("nothing");
      gateway.clock.pass(52_000);
    }
    assertThat(lonely.closed().code()).isEqualTo(4001);
    assertThat(joined.rest("error")).isEmpty();
  }

  @Test
  void aHeartbeatIsEchoedWithTheServersTime() {
    TestClient ann = gateway.connect("ann");
    ann.raw("{\"type\":\"heartbeat\",\"data\":{\"at\":42}}");
    var beat = ann.expect("heartbeat").path("data");
    assertThat(beat.path("at").asLong()).isEqualTo(42);
    assertThat(beat.path("serverAt").asLong()).isPositive();
  }

  @Test
  void drainingSendsEverybodyAwayWithATimeToReconnectAndLetsNobodyIn() {
    restart("CHORUS_DRAIN_SECONDS", "1");
    TestClient ann = gateway.connect("ann");
    TestClient ben = gateway.connect("ben");
    var drained = gateway.service.drain();
    for (TestClient each : new TestClient[]{ann, ben}) {
      assertThat(each.closed().code()).isEqualTo(4000);
      assertThat(each.closed().reason()).matches("\\{\"code\":\"drain\",\"reconnectInMs\":\\d{1,4}}");
    }
    TestGateway.await(drained);
    assertThat(status()).isEqualTo(503);
  }

  @Test
  void whoComesIsNamedToDeliveryOnceThoughTheyComeTwice() {
    gateway.connect("nell");
    gateway.connect("nell");
    Until.holds(
        () -> gateway.get(() -> gateway.delivery.values().stream().flatMap(owner -> owner.newcomers.stream()).toList()).contains("nell"));
    gateway.connect("oda");
    Until.holds(
        () -> gateway.get(() -> gateway.delivery.values().stream().flatMap(owner -> owner.newcomers.stream()).toList()).contains("oda"));
    assertThat(gateway.get(() -> gateway.delivery.values().stream().flatMap(owner -> owner.newcomers.stream()).toList()))
        .containsOnlyOnce("nell");
  }
}

package dev.chorus.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.bus.Addresses;
import dev.chorus.bus.Bus;
import dev.chorus.bus.GatewayMessage.RedeemTicket;
import dev.chorus.bus.GatewayMessage.TicketHolder;
import dev.chorus.gateway.httpkit.Caller;
import dev.chorus.gateway.socketkit.Jwt;
import dev.chorus.gateway.socketkit.TestClient;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.NodeId;
import dev.chorus.model.Refusal;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Json;
import io.vertx.core.Future;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Ways into a gateway without a header: tickets, and no proof at all; and what an admin sees of it. */
final class TicketTest {
  private static Caller caller(TestGateway gateway, String token) {
    return new Caller(path -> URI.create("http://127.0.0.1:" + gateway.port() + path), token);
  }

  private static String ticket(Caller caller) throws Exception {
    JsonNode ticket = Json.read(caller.post("/api/ws/ticket", "").body());
    assertThat(ticket.path("expiresAt").asLong()).isPositive();
    return ticket.path("ticket").asText();
  }

  @Test
  void aTicketLetsItsUserInOnceAndNotAfterThirtySeconds() throws Exception {
    try (TestGateway gateway = TestGateway.start(); Caller ann = caller(gateway, Jwt.user("ann"))) {
      String ticket = ticket(ann);
      assertThat(TestClient.open(gateway.address("?ticket=" + ticket)).expect("welcome").path("data").path("user").asText())
          .isEqualTo("ann");
      assertThat(TestClient.open(gateway.address("?ticket=" + ticket)).closed().code()).as("used").isEqualTo(4401);
      String late = ticket(ann);
      gateway.clock.pass(30_000);
      assertThat(TestClient.open(gateway.address("?ticket=" + late)).closed().code()).isEqualTo(4401);
      assertThat(TestClient.open(gateway.address("?ticket=nonsense")).closed().code()).isEqualTo(4401);
    }
  }

  @Test
  void aUserCannotTakeAllTickets() throws Exception {
    try (TestGateway gateway = TestGateway.start();
        Caller ann = caller(gateway, Jwt.user("ann"));
        Caller ben = caller(gateway, Jwt.user("ben"))) {
      gateway.clock.freeze();
      String first = ticket(ann);
      for (int i = 1; i < 100; i++)
        ticket(ann);
      assertThat(ann.post("/api/ws/ticket", "").statusCode()).isEqualTo(429);
      ticket(ben);
      TestClient.open(gateway.address("?ticket=" + first)).expect("welcome");
      ticket(ann);
      assertThat(ann.post("/api/ws/ticket", "").statusCode()).as("one was used, one taken").isEqualTo(429);
      gateway.clock.pass(30_000);
      ticket(ann);
    }
  }

  @Test
  void aTicketOfAnotherGatewayIsAskedForThere() throws Exception {
    try (TestGateway gateway = TestGateway.start()) {
      Bus bus = gateway.bus();
      NodeId elsewhere = new NodeId("elsewhere");
      String word = "a".repeat(32);
      gateway.on(() -> bus.serve(Addresses.gateway(elsewhere),
          message -> message instanceof RedeemTicket redeem && redeem.word().equals(word)
              ? Future.succeededFuture(new TicketHolder(new UserId("ben"), "Ben", List.of("*"), false, 0))
              : Future.failedFuture(Refusal.of(ErrorCode.UNAUTHORIZED, "used"))));
      TestClient ben = TestClient.open(gateway.address("?ticket=" + word + ".elsewhere"));
      assertThat(ben.expect("welcome").path("data").path("user").asText()).isEqualTo("ben");
      assertThat(TestClient.open(gateway.address("?ticket=" + "b".repeat(32) + ".elsewhere")).closed().code()).isEqualTo(4401);
      assertThat(TestClient.open(gateway.address("?ticket=" + word + ".nobody")).closed().code()).as("it died").isEqualTo(4401);
    }
  }

  @Test
  void withoutAuthenticationEverybodyIsWhomTheySayAndAnAdmin() throws Exception {
    try (TestGateway gateway = TestGateway.start("CHORUS_AUTH", "off"); Caller nobody = caller(gateway, null)) {
      assertThat(TestClient.open(gateway.address("")).expect("welcome").path("data").path("user").asText()).isEqualTo("anonymous");
      TestClient zoe = TestClient.open(gateway.address("?user=zoe"));
      assertThat(zoe.expect("welcome").path("data").path("user").asText()).isEqualTo("zoe");
      zoe.ask("auth", null, "{\"token\":\"whatever\"}");
      zoe.join("lobby");
      JsonNode stats = Json.read(nobody.get("/api/ws/stats").body());
      assertThat(stats.path("cluster").path("connections").asInt()).isEqualTo(2);
      assertThat(stats.path("nodes")).singleElement().matches(node -> node.path("node").asText().equals("gateway")
          && node.path("messagesIn").asLong() >= 2 && node.path("messagesOut").asLong() >= 4 && node.path("rooms").asInt() == 1);
    }
    assertThatThrownBy(() -> TestGateway.start("CHORUS_AUTH", "off", "CHORUS_HOST", "0.0.0.0")).hasMessageContaining("CHORUS_AUTH");
  }

  @Test
  void onlyAnAdminSeesTheStatistics() {
    try (TestGateway gateway = TestGateway.start(); Caller ann = caller(gateway, Jwt.user("ann"))) {
      assertThat(ann.get("/api/ws/stats").statusCode()).isEqualTo(403);
    }
  }
}

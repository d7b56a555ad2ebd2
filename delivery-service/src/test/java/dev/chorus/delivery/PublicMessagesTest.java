package dev.chorus.delivery;

import static dev.chorus.delivery.DeliveryNode.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chorus.testkit.TestPostgres;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PublicMessagesTest {
  private static DeliveryNode node;

  @BeforeAll
  static void start() {
    node = DeliveryNode.start(TestPostgres.fresh());
    node.join("room", "ada");
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static JsonObject send(Object body) {
    return (JsonObject) await(node.eventBus().request("chorus.messages", body)).body();
  }

  private static JsonObject body() {
    return new JsonObject().put("room", "room").put("sender", "ada").put("content", "by the bus").put("clientId", "c1");
  }

  @Test
  void whatIsSentTwiceIsStoredOnceAndAckedAsOnASocket() {
    JsonObject sent = send(body());
    assertThat(sent.fieldNames()).containsExactlyInAnyOrder("messageId", "seq", "status", "at", "duplicate");
    assertThat(sent.getString("status")).isEqualTo("SENT");
    assertThat(send(body())).isEqualTo(sent.copy().put("duplicate", true));
  }

  @Test
  void programsMaySpeakInOtherRoles() {
    assertThat(send(body().put("sender", "robot").put("role", "assistant").put("clientId", "c2")).getLong("seq")).isPositive();
  }

  @Test
  void refusalsCarryTheHttpStatusAndTheCode() {
    refused(body().put("sender", "eve"), 403, "not_member: ");
    refused(body().put("content", ""), 400, "bad_request: ");
    refused(body().put("content", "x".repeat(70_000)), 413, "too_large: ");
    refused(body().put("room", "no such room!"), 400, "bad_request: ");
    refused(body().put("to", new JsonArray().add("eve")).put("clientId", "c3"), 400, "bad_request: ");
    refused("not an object", 400, "bad_request: ");
  }

  private static void refused(Object body, int status, String prefix) {
    assertThatThrownBy(() -> send(body)).isInstanceOfSatisfying(ReplyException.class, refusal -> {
      assertThat(refusal.failureCode()).isEqualTo(status);
      assertThat(refusal.getMessage()).startsWith(prefix);
    });
  }
}

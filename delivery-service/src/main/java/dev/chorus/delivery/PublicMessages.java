package dev.chorus.delivery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.bus.DeliveryClient;
import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.bus.DeliveryMessage.SendMessages;
import dev.chorus.bus.DeliveryMessage.SentMessages;
import dev.chorus.bus.DeliveryMessage.Verdict;
import dev.chorus.bus.NotCarriedOut;
import dev.chorus.bus.Owners;
import dev.chorus.cluster.Cluster;
import dev.chorus.cluster.Role;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.model.Words;
import dev.chorus.protocol.Ack;
import dev.chorus.protocol.ClientFrame.Send;
import dev.chorus.protocol.ClientFrameCodec;
import dev.chorus.protocol.Fields;
import dev.chorus.protocol.Limits;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * {@code chorus.messages}: other services of the cluster send as {@code message:send} does. Any node takes a message and hands it to the owner of its room; one that was surely
 * not carried out is tried again for 3 s in all.
 */
final class PublicMessages {
  private static final long PATIENCE_MS = 3_000;
  private static final int CLIENT_ID = 22;
  private final Vertx vertx;
  private final Clock clock;
  private final Cluster cluster;
  private final DeliveryClient delivery;
  private final ClientFrameCodec codec;

  PublicMessages(Vertx vertx, Clock clock, Cluster cluster, DeliveryClient delivery, Limits limits) {
    this.vertx = vertx;
    this.clock = clock;
    this.cluster = cluster;
    this.delivery = delivery;
    this.codec = new ClientFrameCodec(limits);
  }

  /** The data of the ack. */
  Future<Ack.Sent> send(ObjectNode body) {
    Promise<Ack.Sent> promise = Promise.promise();
    attempt(append(body), clock.millis() + PATIENCE_MS, promise);
    return promise.future();
  }

  private Append append(ObjectNode body) {
    Fields fields = new Fields(body);
    RoomId room = RoomId.parse(fields.requiredText("room"));
    UserId sender = UserId.parse(fields.requiredText("sender"));
    Send send = codec.send(room, fields);
    // Programs are trusted with other roles, and may say that they act for no member.
    return new Append(sender, fields.flag("admin", send.role() != Send.Role.USER),
        send.clientId() == null ? send.withClientId(Words.random(CLIENT_ID)) : send);
  }

  private void attempt(Append append, long deadline, Promise<Ack.Sent> promise) {
    Future<SentMessages> asked = cluster.ring(Role.DELIVERY).owner(append.entry().room().value())
        .map(owner -> delivery.send(owner, new SendMessages(List.of(append)))).orElseGet(() -> Future.failedFuture(NotCarriedOut.moved()));
    asked.onComplete(result -> {
      if (result.failed() && !(result.cause() instanceof NotCarriedOut)) {
        promise.fail(result.cause());
        return;
      }
      Verdict verdict = result.failed() ? Verdict.elsewhere() : result.result().verdicts().getFirst();
      if (verdict.sent() != null)
        promise.complete(verdict.sent());
      else if (verdict.problem() != null)
        promise.fail(verdict.problem().refusal());
      else if (clock.millis() >= deadline)
        promise.fail(Owners.unavailable().refusal());
      else
        vertx.setTimer(Owners.wait(ThreadLocalRandom.current().nextDouble()), timer -> attempt(append, deadline, promise));
    });
  }
}

package dev.chorus.streaming;

import dev.chorus.bus.DeliveryClient;
import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.bus.DeliveryMessage.SendMessages;
import dev.chorus.bus.DeliveryMessage.Verdict;
import dev.chorus.cluster.Cluster;
import dev.chorus.cluster.Role;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.model.Text;
import dev.chorus.model.UserId;
import dev.chorus.protocol.ClientFrame.Send;
import dev.chorus.streaming.answer.RunningStream;
import dev.chorus.streaming.log.Postings;
import dev.chorus.streaming.log.StoredStream;
import dev.chorus.streaming.log.StreamLog;
import dev.chorus.streaming.recovery.Said;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes finished texts messages of their rooms. The log knows which are due, so that none is forgotten, whoever dies; the clientId is the stream's, so that none is posted
 * twice. A text that is too long for a message becomes several.
 */
final class Posts {
  private static final Logger LOG = LoggerFactory.getLogger(Posts.class);
  private static final int AT_ONCE = 20;
  private final Cluster cluster;
  private final DeliveryClient delivery;
  private final Postings postings;
  private final StreamLog log;
  private final int maxBytes;

  /** @param maxBytes of one message */
  Posts(Cluster cluster, DeliveryClient delivery, Postings postings, StreamLog log, int maxBytes) {
    this.cluster = cluster;
    this.delivery = delivery;
    this.postings = postings;
    this.log = log;
    this.maxBytes = maxBytes;
  }

  /** The stream has just completed. What fails now is tried again by {@link #catchUp}. */
  void post(RunningStream stream) {
    var start = stream.opened().start();
    post(stream.id(), start.room(), start.user(), start.agentId(), stream.text());
  }

  /** Posts what should have been posted a while ago, for those streams whose key is ours. */
  void catchUp() {
    postings.due(AT_ONCE).onSuccess(streams -> {
      for (StoredStream stream : streams)
        if (cluster.ring(Role.STREAMING).owns(cluster.self(), stream.id().key()))
          log.whole(stream.id())
              .onSuccess(records -> post(stream.id(), stream.room(), stream.starter(), stream.agentId(), Said.of(records).text()));
    });
  }

  private void post(StreamId stream, RoomId room, UserId user, String agentId, String text) {
    List<Append> messages = new ArrayList<>();
    for (String part : parts(text))
      messages.add(
          new Append(user, true, new Send(room, part, messages.isEmpty() ? stream.value() : stream.value() + "#" + (messages.size() + 1),
              Send.Priority.NORMAL, Send.Guarantee.AT_LEAST_ONCE, null, Send.Role.ASSISTANT, agentId, null, true, null)));
    if (messages.isEmpty()) {
      postings.done(stream);
      return;
    }
    Future<Boolean> sent = cluster.ring(Role.DELIVERY).owner(room.value()).map(owner -> delivery.send(owner, new SendMessages(messages)))
        .map(verdicts -> verdicts.map(all -> all.verdicts().stream().allMatch(verdict -> isFinal(stream, verdict))))
        .orElseGet(() -> Future.succeededFuture(false));
    sent.onSuccess(all -> {
      if (all)
        postings.done(stream);
    });
  }

  private static boolean isFinal(StreamId stream, Verdict verdict) {
    if (verdict.problem() != null && !verdict.problem().retryable())
      LOG.atWarn().addKeyValue("stream", stream.value()).addKeyValue("reason", verdict.problem().message())
          .log("The text of a stream was refused as a message of its room.");
    return verdict.sent() != null || (verdict.problem() != null && !verdict.problem().retryable());
  }

  private List<String> parts(String text) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    while (from < text.length()) {
      // Three bytes are the most that one char of a string takes.
      int to = text.length() - from <= maxBytes / 3 || Text.utf8Length(text.substring(from)) <= maxBytes
          ? text.length()
          : from + maxBytes / 3;
      if (to < text.length() && Character.isHighSurrogate(text.charAt(to - 1)))
        to--;
      parts.add(text.substring(from, to));
      from = to;
    }
    return parts;
  }
}

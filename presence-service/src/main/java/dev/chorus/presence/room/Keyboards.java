package dev.chorus.presence.room;

import dev.chorus.bus.PresenceMessage.Generation;
import dev.chorus.bus.PresenceMessage.Typing;
import dev.chorus.model.NodeId;
import dev.chorus.model.UserId;
import dev.chorus.presence.activity.Activities;
import dev.chorus.presence.typing.Answers;
import dev.chorus.presence.typing.Indication;
import dev.chorus.presence.typing.Typists;
import dev.chorus.protocol.Event.TypingStart.Typist;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** All who type in a room: people by their clients' word, agents while they generate, who make their users THINKING. One indicator ends when nobody types it any more. */
final class Keyboards {
  private final Typists typists;
  private final Answers answers;
  private final Activities activities;
  private final Ephemerals out;
  private final long lifetimeMs;

  Keyboards(Typists typists, long lifetimeMs, Activities activities, Ephemerals out) {
    this.typists = typists;
    this.answers = new Answers(lifetimeMs);
    this.activities = activities;
    this.out = out;
    this.lifetimeMs = lifetimeMs;
  }

  void start(Typing typing, long now) {
    out.typing(typists.start(typing.user(), typing.agentId(), typing.connection(), now));
  }

  void stop(UserId user, String agentId) {
    stopped(typists.stop(user, agentId));
  }

  void gone(UserId user) {
    stopped(typists.stop(user));
  }

  /** The user hides: they are not given away by the agents that generate for them. */
  void hides(UserId user, long now) {
    silent(answers.hide(user), now);
  }

  void ended(UserId user, String connection) {
    stopped(typists.ended(user, connection));
  }

  private void stopped(List<Indication> indications) {
    out.typing(indications.stream().filter(it -> it.agentId() == null || !answers.types(it.user(), it.agentId())).toList());
  }

  void answering(NodeId node, Generation generation, long now) {
    if (!answers.runs(node, generation, now))
      return;
    activities.thinks(generation, now);
    out.typing(List.of(new Indication.Started(generation.user(), generation.agentId(), now + lifetimeMs)));
  }

  void answered(Generation generation, long now) {
    silent(answers.end(generation.stream(), now), now);
  }

  /** Nodes that ran answers are no more. */
  void lost(Predicate<NodeId> gone, long now) {
    silent(answers.lost(gone), now);
  }

  private void silent(List<Generation> over, long now) {
    List<Indication> stopped = new ArrayList<>();
    for (Generation generation : over) {
      activities.thought(generation, now);
      if (!answers.types(generation.user(), generation.agentId()) && !typists.types(generation.user(), generation.agentId()))
        stopped.add(new Indication.Stopped(generation.user(), generation.agentId()));
    }
    out.typing(stopped.stream().distinct().toList());
  }

  void tick(long now) {
    stopped(typists.expire(now));
    silent(answers.expire(now), now);
    out.typing(answers.renew(now));
  }

  long due() {
    return Math.min(typists.nextExpiry(), answers.due());
  }

  /** Everybody who types now. */
  List<Typist> all(long now) {
    return Stream.concat(typists.all().stream().map(it -> new Typist(it.user(), it.agentId(), it.expiresAt())),
        answers.all().stream().filter(it -> !typists.types(it.user(), it.agentId()))
            .map(it -> new Typist(it.user(), it.agentId(), now + lifetimeMs)).distinct())
        .toList();
  }
}

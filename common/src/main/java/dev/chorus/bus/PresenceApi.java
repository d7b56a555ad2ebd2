package dev.chorus.bus;

import dev.chorus.bus.PresenceMessage.Announce;
import dev.chorus.bus.PresenceMessage.Announced;
import dev.chorus.bus.PresenceMessage.Digest;
import dev.chorus.bus.PresenceMessage.ListParticipants;
import dev.chorus.bus.PresenceMessage.Mismatched;
import dev.chorus.bus.PresenceMessage.Roster;
import dev.chorus.bus.PresenceMessage.SetTyping;
import io.vertx.core.Future;

/** What presence does for others: the same on both sides of the bus. Refusals are failures of the future with a {@link dev.chorus.model.Refusal}. */
public interface PresenceApi {
  Future<Announced> announce(Announce request);

  Future<Roster> participants(ListParticipants request);

  Future<BusMessage.Done> typing(SetTyping request);

  Future<Mismatched> digest(Digest request);

  /** The call behind a message. */
  default Future<? extends BusMessage> dispatch(PresenceMessage message) {
    return switch (message) {
      case Announce call -> announce(call);
      case ListParticipants call -> participants(call);
      case SetTyping call -> typing(call);
      case Digest call -> digest(call);
      default -> throw new IllegalArgumentException("not a call: " + message.getClass().getSimpleName());
    };
  }
}

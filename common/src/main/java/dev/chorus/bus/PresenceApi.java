package dev.chorus.bus;

import dev.chorus.bus.PresenceMessage.Announce;
import dev.chorus.bus.PresenceMessage.Announced;
import dev.chorus.bus.PresenceMessage.Answering;
import dev.chorus.bus.PresenceMessage.CameOver;
import dev.chorus.bus.PresenceMessage.ChooseLastSeen;
import dev.chorus.bus.PresenceMessage.Digest;
import dev.chorus.bus.PresenceMessage.LastSeenChosen;
import dev.chorus.bus.PresenceMessage.ListParticipants;
import dev.chorus.bus.PresenceMessage.ListTyping;
import dev.chorus.bus.PresenceMessage.Mismatched;
import dev.chorus.bus.PresenceMessage.Roster;
import dev.chorus.bus.PresenceMessage.SetActivities;
import dev.chorus.bus.PresenceMessage.SetCursors;
import dev.chorus.bus.PresenceMessage.SetTyping;
import dev.chorus.bus.PresenceMessage.TypingNow;
import io.vertx.core.Future;

/** What presence does for others: the same on both sides of the bus. Refusals are failures of the future with a {@link dev.chorus.model.Refusal}. */
public interface PresenceApi {
  Future<Announced> announce(Announce request);

  Future<BusMessage.Done> cameOver(CameOver request);

  Future<Roster> participants(ListParticipants request);

  Future<BusMessage.Done> typing(SetTyping request);

  Future<TypingNow> typists(ListTyping request);

  Future<BusMessage.Done> cursors(SetCursors request);

  Future<BusMessage.Done> activities(SetActivities request);

  Future<BusMessage.Done> answering(Answering request);

  Future<BusMessage.Done> chooseLastSeen(ChooseLastSeen request);

  Future<BusMessage.Done> lastSeenChosen(LastSeenChosen request);

  Future<Mismatched> digest(Digest request);

  /** The call behind a message. */
  default Future<? extends BusMessage> dispatch(PresenceMessage message) {
    return switch (message) {
      case Announce call -> announce(call);
      case CameOver call -> cameOver(call);
      case ListParticipants call -> participants(call);
      case SetTyping call -> typing(call);
      case ListTyping call -> typists(call);
      case SetCursors call -> cursors(call);
      case SetActivities call -> activities(call);
      case Answering call -> answering(call);
      case ChooseLastSeen call -> chooseLastSeen(call);
      case LastSeenChosen call -> lastSeenChosen(call);
      case Digest call -> digest(call);
      default -> throw new IllegalArgumentException("not a call: " + message.getClass().getSimpleName());
    };
  }
}

package dev.chorus.delivery;

import dev.chorus.delivery.figures.Figures;
import dev.chorus.delivery.lane.Draft;
import dev.chorus.delivery.lane.NewEntries;
import dev.chorus.delivery.lane.Outcome;
import dev.chorus.delivery.log.Entries;
import dev.chorus.delivery.receipt.Moved;
import dev.chorus.delivery.receipt.Receipts;
import dev.chorus.delivery.retry.Message;
import dev.chorus.delivery.retry.Retries;
import dev.chorus.delivery.watch.Fanout;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.ClientFrame.Send;
import java.util.List;
import java.util.Set;

/** Whom what was committed concerns: those who watch the room, those who are tried again, the figures. */
final class News implements NewEntries {
  private final Fanout fanout;
  private final Retries retries;
  private final Receipts receipts;
  private final Figures figures;

  News(Fanout fanout, Retries retries, Receipts receipts, Figures figures) {
    this.fanout = fanout;
    this.retries = retries;
    this.receipts = receipts;
    this.figures = figures;
  }

  @Override
  public void appended(Draft draft, Outcome.Stored stored) {
    RoomId room = draft.append().entry().room();
    if (fanout.isWatched(room))
      fanout.add(room, stored.seq(), Entries.of(draft.append(), stored.messageId(), stored.seq(), stored.at()));
    if (draft.append().entry() instanceof Send send) {
      figures.sent(room, draft.append().sender(), named(send, draft.append().sender()));
      if (send.requiresAck())
        retries.appended(room, new Message(stored.seq(), stored.messageId(), draft.append().sender(), stored.at(),
            send.to() == null ? null : Set.copyOf(send.to())));
    }
  }

  /** How many recipients it names, or null for all: nobody is a recipient of their own message. */
  private static Integer named(Send send, UserId sender) {
    return send.to() == null ? null : (int) send.to().stream().filter(user -> !user.equals(sender)).distinct().count();
  }

  @Override
  public void passed(Draft draft, Outcome.Passed passed) {
    RoomId room = draft.append().entry().room();
    if (fanout.isWatched(room))
      fanout.notice(room, Entries.of(draft.append(), passed.messageId(), null, passed.at()));
  }

  /** Marks, after their commit. */
  void moved(List<Moved> moves) {
    for (Moved move : moves)
      retries.marked(move.room(), move.user(), move.newDelivered());
    receipts.moved(moves);
    figures.moved(moves);
  }
}

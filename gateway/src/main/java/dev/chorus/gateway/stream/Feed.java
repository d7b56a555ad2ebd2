package dev.chorus.gateway.stream;

import dev.chorus.bus.GatewayMessage.StreamRecords;
import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamingMessage.StreamPage;
import dev.chorus.gateway.catchup.CatchUp;
import dev.chorus.gateway.catchup.Step;
import dev.chorus.model.Problem;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Event;
import java.util.ArrayList;
import java.util.List;

/**
 * One stream as this gateway follows it: what the owner fans out, put in order once, then handed to every reader. While nobody reads it only knows how far the stream is.
 */
final class Feed {
  /** What may wait for the answer to a start; the log has what is dropped. */
  private static final int MAX_HELD = 64;
  private final StreamId stream;
  private final RoomId room;
  private final FeedHost host;
  private final List<Attachment> attachments = new ArrayList<>(1);
  private CatchUp<StreamRecord> catchUp;
  private Event.StreamOpen open;
  private String epoch;
  private long head;
  private boolean ended;
  private boolean cancelWhenGone;
  private boolean shown;
  private long newsAt;
  private List<StreamRecords> held;
  private StreamBatch latest;

  Feed(StreamId stream, RoomId room, FeedHost host) {
    this.stream = stream;
    this.room = room;
    this.host = host;
    this.newsAt = host.now();
  }

  StreamId stream() {
    return stream;
  }

  RoomId room() {
    return room;
  }

  Event.StreamOpen open() {
    return open;
  }

  long head() {
    return head;
  }

  boolean ended() {
    return ended;
  }

  boolean isRead() {
    return !attachments.isEmpty();
  }

  long newsAt() {
    return newsAt;
  }

  void cancelWhenGone() {
    cancelWhenGone = true;
  }

  /** Nothing reaches readers until {@link #release}: the answer to the start comes first. */
  void hold() {
    if (held == null)
      held = new ArrayList<>(2);
  }

  /** What was fanned out meanwhile. */
  List<StreamRecords> release() {
    List<StreamRecords> waiting = held == null ? List.of() : held;
    held = null;
    return waiting;
  }

  /** Whether those who were joined to the room when it opened have been attached, or need not be. */
  boolean isShown() {
    return shown;
  }

  void shown() {
    shown = true;
  }

  /** It never came to be: its readers go elsewhere. */
  void close() {
    attachments.forEach(Attachment::close);
    attachments.clear();
    catchUp = null;
  }

  boolean isHeld() {
    return held != null;
  }

  /** Who and what the stream is, as a page of its log says. */
  void known(StreamPage page) {
    known(page.open(), page.epoch());
  }

  void known(Event.StreamOpen said, String saidEpoch) {
    if (open == null)
      open = said;
    if (epoch == null)
      epoch = said != null ? said.epoch() : saidEpoch;
  }

  /** @param after the last number that the reader has, or -1 to begin with {@code stream:open} */
  Attachment attach(StreamReader reader, long after) {
    return attach(reader, after, null);
  }

  /** @param viewer who reads as a member of the stream's room and ends with their membership; null: somebody else sees to that, or nobody need */
  Attachment attach(StreamReader reader, long after, UserId viewer) {
    Attachment attachment = new Attachment(this, reader, after, viewer);
    attachments.add(attachment);
    reader.attached(attachment);
    if (catchUp == null) {
      catchUp = new CatchUp<>(head);
      perform(catchUp.start(head));
    }
    return attachment;
  }

  /** What the owner says, in whatever order it comes. */
  void fanOut(StreamRecords records) {
    newsAt = host.now();
    if (held != null) {
      if (held.size() < MAX_HELD)
        held.add(records);
      return;
    }
    known(records.open(), null);
    List<StreamRecord> entries = records.records();
    note(records.last());
    if (!entries.isEmpty() && entries.getLast() instanceof StreamRecord.End)
      ended = true;
    if (catchUp == null)
      return;
    if (catchUp.advance(records.prev(), entries.size()))
      hand(records.prev(), entries);
    else
      perform(catchUp.live(records.prev(), entries));
  }

  /** The owner, or the log, says how far the stream is. */
  void head(long saidHead, boolean saidEnded) {
    newsAt = host.now();
    note(saidHead);
    ended |= saidEnded;
    if (catchUp != null && held == null)
      perform(catchUp.head(head));
  }

  private void note(long last) {
    head = Math.max(head, last);
  }

  private void perform(List<Step<StreamRecord>> steps) {
    for (Step<StreamRecord> step : steps) {
      switch (step) {
        case Step.Deliver<StreamRecord> deliver -> hand(deliver.prev(), deliver.entries());
        case Step.Read<StreamRecord> read -> host.read(this, read.after(), read.later(), page -> {
          known(page);
          note(page.head());
          if (catchUp != null)
            perform(catchUp.page(read.after(), page.records(), page.head()));
        }, problem -> {
          if (problem != null)
            lost(problem);
          else if (catchUp != null)
            perform(catchUp.failed(read.after()));
        });
        case Step.Marker<StreamRecord> marker -> {
          // The feed itself has no use for the marker; each reader has their own.
        }
      }
    }
  }

  /** It will never be heard of again. */
  void lost(Problem problem) {
    List.copyOf(attachments).forEach(attachment -> attachment.lost(problem));
  }

  /** That user may not read it any more. */
  void bar(UserId user, Problem why) {
    for (Attachment attachment : List.copyOf(attachments)) {
      if (user.equals(attachment.viewer()))
        attachment.lost(why);
    }
  }

  private void hand(long prev, List<StreamRecord> records) {
    for (Attachment attachment : List.copyOf(attachments))
      attachment.live(prev, records);
  }

  /** A reader's own read, at their own position. */
  void read(Attachment attachment, long after, boolean later) {
    host.read(this, after, later, page -> {
      known(page);
      note(page.head());
      attachment.page(page, after);
    }, problem -> {
      if (problem != null)
        attachment.lost(problem);
      else
        attachment.failed(after);
    });
  }

  /** The same batch for all readers at the same position, so that it is encoded once. */
  StreamBatch batch(long prev, List<StreamRecord> records, boolean replay) {
    if (latest == null || !latest.carries(prev, records, replay))
      latest = new StreamBatch(stream, epoch, room, prev, records, replay);
    return latest;
  }

  void detached(Attachment attachment) {
    attachments.remove(attachment);
    if (!attachments.isEmpty())
      return;
    catchUp = null;
    latest = null;
    host.unread(this);
  }

  void gone(Attachment attachment) {
    boolean last = attachments.size() == 1 && attachments.contains(attachment);
    boolean cancel = last && cancelWhenGone && !ended;
    detached(attachment);
    if (cancel)
      host.readersGone(this);
  }
}

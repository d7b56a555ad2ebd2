package dev.chorus.gateway.stream;

import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamingMessage.StreamPage;
import dev.chorus.gateway.catchup.CatchUp;
import dev.chorus.gateway.catchup.Step;
import dev.chorus.model.Problem;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import java.util.List;

/** One reader's hold on a stream: their position, and what they may do about it. On the gateway's context only. */
public final class Attachment implements Hold {
  private final Feed feed;
  private final StreamReader reader;
  private final UserId viewer;
  private final CatchUp<StreamRecord> catchUp;
  private boolean wantsOpen;
  private boolean closed;
  /** Read before the reader was attached, so that it need not be read twice. */
  private StreamPage first;

  /**
   * @param after the last number that the reader has, or -1 to begin with {@code stream:open}
   * @param viewer who reads as a member of the stream's room, or null
   */
  Attachment(Feed feed, StreamReader reader, long after, UserId viewer) {
    this.feed = feed;
    this.reader = reader;
    this.viewer = viewer;
    this.wantsOpen = after < 0;
    this.catchUp = new CatchUp<>(Math.max(after, 0));
  }

  public StreamId stream() {
    return feed.stream();
  }

  UserId viewer() {
    return viewer;
  }

  @Override
  public void drained() {
    if (!closed && catchUp.isBlocked())
      perform(catchUp.drained());
  }

  /** The stream goes on. */
  @Override
  public void detach() {
    if (close())
      feed.detached(this);
  }

  /** A stream that runs only for its readers ends with the last of them. */
  @Override
  public void gone() {
    if (close())
      feed.gone(this);
  }

  /** What the reader gets from now on begins here; {@code page} is what was read of the log so far, or null. */
  void begin(long head, StreamPage page) {
    if (closed)
      return;
    first = page;
    perform(catchUp.start(head));
  }

  void head(long head) {
    if (!closed)
      perform(catchUp.head(head));
  }

  void live(long prev, List<StreamRecord> records) {
    if (closed)
      return;
    if (catchUp.advance(prev, records.size())) {
      deliver(prev, records, false);
      if (!closed && reader.full())
        catchUp.blocked();
    } else {
      perform(catchUp.live(prev, records));
    }
  }

  void page(StreamPage page, long after) {
    if (!closed)
      perform(catchUp.page(after, page.records(), page.head()));
  }

  void failed(long after) {
    if (!closed)
      perform(catchUp.failed(after));
  }

  void lost(Problem problem) {
    if (!close())
      return;
    reader.lost(problem);
    feed.detached(this);
  }

  private void perform(List<Step<StreamRecord>> steps) {
    for (Step<StreamRecord> step : steps) {
      if (step instanceof Step.Deliver<StreamRecord> deliver)
        deliver(deliver.prev(), deliver.entries(), deliver.replay());
    }
    open();
    if (closed)
      return;
    if (reader.full()) {
      catchUp.blocked();
      return;
    }
    for (Step<StreamRecord> step : steps) {
      if (step instanceof Step.Read<StreamRecord> read)
        read(read);
    }
  }

  private void read(Step.Read<StreamRecord> read) {
    StreamPage page = first;
    first = null;
    if (page != null && !read.later() && (page.records().isEmpty() || page.records().getFirst().seq() == read.after() + 1))
      page(page, read.after());
    else
      feed.read(this, read.after(), read.later());
  }

  private void deliver(long prev, List<StreamRecord> records, boolean replay) {
    open();
    if (closed)
      return;
    StreamBatch batch = feed.batch(prev, records, replay);
    boolean ends = batch.ends();
    if (ends)
      closed = true;
    reader.records(batch);
    if (ends)
      feed.detached(this);
  }

  private void open() {
    if (!wantsOpen || closed || feed.open() == null)
      return;
    wantsOpen = false;
    reader.opened(feed.open());
  }

  /** Whether it was open. */
  boolean close() {
    boolean was = closed;
    closed = true;
    return !was;
  }
}

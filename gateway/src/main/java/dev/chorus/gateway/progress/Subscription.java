package dev.chorus.gateway.progress;

import dev.chorus.bus.ProgressMessage.ProgressEntry;
import dev.chorus.bus.ProgressMessage.ProgressPage;
import dev.chorus.gateway.catchup.CatchUp;
import dev.chorus.gateway.catchup.Step;
import dev.chorus.gateway.stream.Hold;
import java.util.List;

/** One reader's hold on a project's events: their position, and what is read for them. On the gateway's context only. */
public final class Subscription implements Hold {
  private final Project project;
  private final ProgressReader reader;
  /** Null until it is known where the reader stands. */
  private CatchUp<ProgressEntry> catchUp;
  private boolean closed;

  Subscription(Project project, ProgressReader reader) {
    this.project = project;
    this.reader = reader;
  }

  /** What the reader gets begins behind {@code position}; the log goes up to {@code head}. */
  void begin(long position, long head) {
    if (closed)
      return;
    catchUp = new CatchUp<>(position);
    perform(catchUp.start(head));
  }

  void live(long prev, List<ProgressEntry> entries) {
    if (!closed && catchUp != null)
      perform(catchUp.live(prev, entries));
  }

  void head(long head) {
    if (!closed && catchUp != null)
      perform(catchUp.head(head));
  }

  void page(long after, ProgressPage page) {
    if (closed)
      return;
    // What the reader waited for too long has expired: it goes on with what is still kept.
    if (after < page.head().floor())
      begin(page.head().floor(), page.head().head());
    else
      perform(catchUp.page(after, page.entries(), page.head().head()));
  }

  void failed(long after) {
    if (!closed)
      perform(catchUp.failed(after));
  }

  private void perform(List<Step<ProgressEntry>> steps) {
    for (Step<ProgressEntry> step : steps) {
      if (step instanceof Step.Deliver<ProgressEntry> deliver && !closed)
        reader.events(deliver.entries());
    }
    if (closed)
      return;
    if (reader.full()) {
      catchUp.blocked();
      return;
    }
    for (Step<ProgressEntry> step : steps) {
      if (step instanceof Step.Read<ProgressEntry> read)
        project.read(this, read.after(), read.later());
    }
  }

  @Override
  public void drained() {
    if (!closed && catchUp != null)
      perform(catchUp.drained());
  }

  @Override
  public void detach() {
    if (closed)
      return;
    closed = true;
    project.left(this);
  }

  @Override
  public void gone() {
    detach();
  }
}

package dev.chorus.gateway.progress;

import dev.chorus.bus.ProgressMessage.ProgressEntry;
import dev.chorus.bus.StreamingClient;
import dev.chorus.bus.StreamingMessage.ListProject;
import dev.chorus.bus.StreamingMessage.ListedStreams;
import dev.chorus.bus.StreamingMessage.StreamHead;
import dev.chorus.gateway.http.EventFormat;
import dev.chorus.gateway.http.StreamAnswer;
import dev.chorus.gateway.stream.Attachment;
import dev.chorus.gateway.stream.Hold;
import dev.chorus.gateway.stream.StreamBatch;
import dev.chorus.gateway.stream.StreamFrames;
import dev.chorus.gateway.stream.StreamReader;
import dev.chorus.gateway.stream.Streams;
import dev.chorus.model.Principal;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.model.StreamId;
import dev.chorus.protocol.Event;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One answer that follows all streams of a project that its caller may see. It looks for new ones when the project's events say that one has begun, and every few seconds. */
final class AgentFollower implements ProgressReader, Hold {
  private static final long LOOK_MS = 5000;
  /** A stream that was opened a moment before counts as new: clocks differ. */
  private static final long CLOCKS_DIFFER_MS = 2000;
  private static final int MAX_STREAMS = 1000;
  private final Vertx vertx;
  private final Streams streams;
  private final StreamingClient streaming;
  private final String project;
  private final Principal caller;
  private final StreamAnswer answer;
  private final long since;
  private final Set<StreamId> seen = new HashSet<>();
  private final Map<StreamId, Attachment> attached = new HashMap<>();
  private Subscription subscription;
  private boolean first = true;
  private boolean looking;
  private boolean again;
  private boolean gone;
  private long timer;

  AgentFollower(Vertx vertx, Streams streams, StreamingClient streaming, String project, Principal caller, StreamAnswer answer, long now) {
    this.vertx = vertx;
    this.streams = streams;
    this.streaming = streaming;
    this.project = project;
    this.caller = caller;
    this.answer = answer;
    this.since = now - CLOCKS_DIFFER_MS;
  }

  void begin(Subscription held) {
    subscription = held;
    timer = vertx.setPeriodic(LOOK_MS, due -> look());
    look();
  }

  @Override
  public void events(List<ProgressEntry> entries) {
    look();
  }

  @Override
  public boolean full() {
    return false;
  }

  private void look() {
    if (gone)
      return;
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    streaming.listProject(new ListProject(project, since)).onSuccess(this::found).onComplete(done -> {
      looking = false;
      if (!again)
        return;
      again = false;
      look();
    });
  }

  /** Those that had ended before anybody looked are of the past. */
  private void found(ListedStreams listed) {
    for (StreamHead head : listed.streams()) {
      boolean past = first && !Streams.isRunning(head.status());
      if (gone || seen.size() >= MAX_STREAMS || !seen.add(head.stream()) || past)
        continue;
      // Which this caller may not see is left out; one that cannot be had now is asked for again.
      streams.attach(head.stream(), null, null, caller, false, false, new Reader()).onFailure(failure -> {
        if (Refusal.problemOf(failure).retryable())
          seen.remove(head.stream());
      });
    }
    first = false;
  }

  @Override
  public void drained() {
    List.copyOf(attached.values()).forEach(Attachment::drained);
  }

  @Override
  public void detach() {
    gone();
  }

  @Override
  public void gone() {
    gone = true;
    vertx.cancelTimer(timer);
    subscription.detach();
    List.copyOf(attached.values()).forEach(Attachment::gone);
    attached.clear();
  }

  /** One of the streams. */
  private final class Reader implements StreamReader {
    private Attachment attachment;

    @Override
    public void attached(Attachment held) {
      attachment = held;
      attached.put(held.stream(), held);
      if (gone)
        held.detach();
    }

    @Override
    public void opened(Event.StreamOpen open) {
      Buffer out = Buffer.buffer();
      EventFormat.SSE.append(out, open.epoch(), 0, open);
      answer.write(out);
    }

    @Override
    public void records(StreamBatch batch) {
      Buffer out = Buffer.buffer();
      for (StreamFrames.Numbered numbered : StreamFrames.events(batch.stream(), batch.records(), batch.replay()))
        EventFormat.SSE.append(out, batch.epoch(), numbered.seq(), numbered.event());
      answer.write(out);
      if (batch.ends())
        attached.remove(batch.stream());
    }

    @Override
    public boolean full() {
      return answer.full();
    }

    @Override
    public void lost(Problem problem) {
      if (attachment != null)
        attached.remove(attachment.stream());
      Buffer out = Buffer.buffer();
      EventFormat.SSE.append(out, problem);
      answer.write(out);
    }
  }
}

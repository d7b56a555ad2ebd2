package dev.chorus.gateway.downlink;

import dev.chorus.gateway.http.StreamAnswer;
import dev.chorus.gateway.socket.CloseCode;
import dev.chorus.gateway.socket.SocketListener;
import dev.chorus.gateway.socket.Tick;
import dev.chorus.gateway.socket.Transport;
import dev.chorus.gateway.stream.Hold;
import dev.chorus.model.RoomId;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.EventCodec;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Carries a connection in the answer to an HTTP request. Nothing leaves before {@link #begin}: until then the request can still be refused with a status. A client that goes
 * away has broken off: it may come back with its cursor.
 */
final class HttpTransport implements Transport, Hold {
  private final StreamAnswer answer;
  private final Form form;
  private final Tick tick;
  private final int maxUnsent;
  private final Places places = Places.none();
  /** What leaves at the end of this turn. */
  private Buffer next = Buffer.buffer();
  private SocketListener listener;
  private boolean begun;
  private boolean flushing;
  private boolean full;
  private boolean closing;
  private long given;
  private long taken;
  private final ArrayDeque<After> afterwards = new ArrayDeque<>();

  /** To be run when so much has been taken. */
  private record After(long given, Runnable then) {}

  HttpTransport(StreamAnswer answer, Form form, Tick tick, int maxUnsent) {
    this.answer = answer;
    this.form = form;
    this.tick = tick;
    this.maxUnsent = maxUnsent;
    answer.attached(this);
  }

  /** From there on what is sent of the room is noted in the cursor; the next event says it. */
  void place(RoomId room, String epoch, long seq) {
    places.begin(room, epoch, seq);
  }

  /** For this client alone, with its cursor. */
  void sendPlaced(byte[] envelope) {
    append(envelope, "ack", places.word());
  }

  /** The answer is 200, and all of it leaves. */
  void begin() {
    begun = true;
    flush();
  }

  /** Another answer is given; the connection ends. */
  void abandon() {
    answer.close();
    ended(true);
  }

  @Override
  public void listener(SocketListener listener) {
    this.listener = listener;
  }

  @Override
  public void send(byte[] envelope) {
    Head head = Head.of(envelope);
    boolean moved = head.isEntry() && places.pass(head.room(), head.seq());
    append(envelope, head.type(), moved ? places.word() : null);
  }

  @Override
  public void share(List<byte[]> envelopes) {
    envelopes.forEach(this::send);
  }

  private void append(byte[] envelope, String type, String cursor) {
    if (closing)
      return;
    int before = next.length();
    form.append(next, type, envelope, cursor);
    given += next.length() - before;
    full = full || unsent() > maxUnsent;
    tick.traffic().sent(1);
    flushAtEnd();
  }

  private void flushAtEnd() {
    if (flushing)
      return;
    flushing = true;
    tick.atEnd(this::flush);
  }

  private void flush() {
    flushing = false;
    if (!begun || closing || next.length() == 0)
      return;
    Buffer now = next;
    next = Buffer.buffer();
    answer.write(now).onSuccess(sent -> taken(now.length()));
  }

  private void taken(int bytes) {
    taken += bytes;
    if (closing)
      return;
    listener.heard();
    while (!afterwards.isEmpty() && afterwards.peek().given <= taken)
      afterwards.poll().then.run();
    if (full && unsent() <= maxUnsent / 4) {
      full = false;
      listener.drained();
    }
  }

  @Override
  public boolean isBehind() {
    return unsent() > maxUnsent / 2;
  }

  @Override
  public boolean isFull() {
    return full;
  }

  @Override
  public long unsent() {
    return given - taken;
  }

  @Override
  public long room() {
    return Math.max(0, maxUnsent - unsent());
  }

  @Override
  public void afterSent(Runnable then) {
    if (closing)
      return;
    if (unsent() == 0)
      tick.atEnd(then);
    else
      afterwards.add(new After(given, then));
  }

  @Override
  public void ping() {
    if (closing || !begun)
      return;
    Buffer line = form.heartbeat().line();
    next.appendBuffer(line);
    given += line.length();
    flushAtEnd();
  }

  @Override
  public void close(CloseCode code) {
    close(new Event.Closed(code.number(), code.word(), null));
  }

  @Override
  public void close(CloseCode code, long reconnectInMs) {
    if (!closing)
      form.retry(next, reconnectInMs);
    close(new Event.Closed(code.number(), code.word(), reconnectInMs));
  }

  private void close(Event.Closed said) {
    if (closing)
      return;
    send(EventCodec.event(said));
    flush();
    if (begun)
      answer.end();
    ended(false);
  }

  @Override
  public boolean isClosing() {
    return closing;
  }

  @Override
  public void reading(boolean on) {}

  @Override
  public void drained() {}

  @Override
  public void gone() {
    ended(false);
  }

  @Override
  public void detach() {
    ended(true);
  }

  private void ended(boolean clean) {
    if (closing)
      return;
    closing = true;
    afterwards.clear();
    if (listener != null)
      listener.closed(clean);
  }
}

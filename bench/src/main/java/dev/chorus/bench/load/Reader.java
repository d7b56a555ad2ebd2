package dev.chorus.bench.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** A connection that reads rooms {@code [first, first + count)}: counts deliveries and, where the server numbers them, checks that none is missing, twice or out of order. */
final class Reader implements WebSocket.Listener, Marker.Sink {
  private static final byte[] SEQ = "\"seq\":".getBytes(StandardCharsets.UTF_8);
  private final Enrolment enrolment;
  private final Tally tally;
  private final int firstRoom;
  private final long[] lastSeq;
  private final boolean numbered;
  private final WebSocket socket;
  private long now;
  /** What it says when it has read; null: nothing. */
  private BiFunction<Integer, Long, String> receipt;
  /** The place of the room of which it has read in this frame, or -1. */
  private int unsaid = -1;

  Reader(Loop loop, int port, Dialect dialect, String user, int firstRoom, int count, Tally tally) throws IOException {
    List<String> frames = new ArrayList<>();
    for (int room = firstRoom; room < firstRoom + count; room++)
      frames.addAll(dialect.join(room));
    this.enrolment = new Enrolment(frames, dialect.answerSign());
    this.tally = tally;
    this.firstRoom = firstRoom;
    this.lastSeq = new long[count];
    this.numbered = dialect.numbered();
    this.socket = new WebSocket(loop, port, dialect.path(), dialect.headers(user), this);
  }

  boolean ready() {
    return enrolment.done();
  }

  String refusal() {
    return enrolment.refusal();
  }

  void says(BiFunction<Integer, Long, String> receipt) {
    this.receipt = receipt;
  }

  void close() {
    socket.close();
  }

  @Override
  public void opened(WebSocket from) {
    enrolment.opened(from);
  }

  @Override
  public void text(WebSocket from, byte[] bytes, int begin, int end) {
    if (!enrolment.done())
      enrolment.text(from, bytes, begin, end);
    now = System.nanoTime();
    Marker.scan(bytes, begin, end, this);
    say();
  }

  @Override
  public void marker(byte[] bytes, int from, int at, long nanos, int room) {
    tally.delivered(now - nanos);
    if (!numbered)
      return;
    int found = Bytes.lastIndexOf(bytes, from, at, SEQ);
    long seq = found < 0 ? -1 : Bytes.number(bytes, found + SEQ.length, at);
    int index = room - firstRoom;
    if (lastSeq[index] != 0 && seq != lastSeq[index] + 1)
      tally.outOfOrder();
    lastSeq[index] = seq;
    if (index != unsaid)
      say();
    unsaid = index;
  }

  /** One receipt for all of a room that came together, as a client would. */
  private void say() {
    if (receipt != null && unsaid >= 0)
      socket.send(receipt.apply(firstRoom + unsaid, lastSeq[unsaid]));
    unsaid = -1;
  }

  @Override
  public void closed(WebSocket from, String reason) {
    tally.lostSocket(reason);
  }
}

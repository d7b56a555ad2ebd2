package dev.chorus.bench.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A connection that sends to the rooms {@code first, first + step, …} in turn, and times the acks where the server has them. */
final class Publisher implements WebSocket.Listener {
  private static final byte[] ID = "\"id\":".getBytes(StandardCharsets.UTF_8);
  private static final byte[] ERROR = "\"type\":\"error\"".getBytes(StandardCharsets.UTF_8);
  private static final int MAX_IN_FLIGHT = 1 << 14;
  private final Dialect dialect;
  private final Enrolment enrolment;
  private final Tally tally;
  private final int[] rooms;
  private final int contentLength;
  private final long[] sentAt = new long[MAX_IN_FLIGHT];
  private final WebSocket socket;
  private long sent;

  Publisher(Loop loop, int port, Dialect dialect, String user, int[] rooms, int contentLength, Tally tally) throws IOException {
    List<String> frames = new ArrayList<>();
    for (int room : rooms)
      frames.addAll(dialect.mayPublish(room));
    this.dialect = dialect;
    this.enrolment = new Enrolment(frames, dialect.answerSign());
    this.tally = tally;
    this.rooms = rooms;
    this.contentLength = contentLength;
    this.socket = new WebSocket(loop, port, dialect.path(), dialect.headers(user), this);
  }

  boolean ready() {
    return enrolment.done();
  }

  String refusal() {
    return enrolment.refusal();
  }

  void close() {
    socket.close();
  }

  void publish() {
    long id = sent++;
    int room = rooms[(int) (id % rooms.length)];
    long now = System.nanoTime();
    sentAt[(int) (id % MAX_IN_FLIGHT)] = now;
    socket.send(dialect.publish(room, id, Marker.text(now, room, contentLength)));
  }

  @Override
  public void opened(WebSocket from) {
    enrolment.opened(from);
  }

  @Override
  public void text(WebSocket from, byte[] bytes, int begin, int end) {
    if (!enrolment.done()) {
      enrolment.text(from, bytes, begin, end);
      return;
    }
    long now = System.nanoTime();
    for (int line = begin; line < end;) {
      int next = line;
      while (next < end && bytes[next] != '\n')
        next++;
      answer(bytes, line, next, now);
      line = next + 1;
    }
  }

  @Override
  public void closed(WebSocket from, String reason) {
    tally.lostSocket(reason);
  }

  private void answer(byte[] bytes, int begin, int end, long now) {
    int found = Bytes.indexOf(bytes, begin, end, ID);
    long id = found < 0 ? -1 : Bytes.number(bytes, found + ID.length, end);
    if (Bytes.indexOf(bytes, begin, end, ERROR) >= 0) {
      tally.refused(new String(bytes, begin, Math.min(300, end - begin), StandardCharsets.UTF_8));
    } else if (id >= 0 && id < sent) {
      tally.acked(now - sentAt[(int) (id % MAX_IN_FLIGHT)]);
    }
  }
}

package dev.chorus.bench.load;

import java.io.IOException;

/** One connection in one room that says things of itself in passing, and hears what others say of themselves. */
final class Participant implements WebSocket.Listener, Marker.Sink {
  private final Enrolment enrolment;
  private final Heard heard;
  private final WebSocket socket;
  final int room;
  private long now;
  private int items;

  Participant(Loop loop, int port, Dialect dialect, String user, int room, Heard heard) throws IOException {
    this.enrolment = new Enrolment(dialect.join(room), dialect.answerSign());
    this.heard = heard;
    this.room = room;
    this.socket = new WebSocket(loop, port, dialect.path(), dialect.headers(user), this);
  }

  boolean ready() {
    return enrolment.done();
  }

  /** What the server said against it; null if nothing. */
  String refusal() {
    return enrolment.refusal();
  }

  void say(String frame) {
    socket.send(frame);
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
    if (!enrolment.done()) {
      enrolment.text(from, bytes, begin, end);
      return;
    }
    now = System.nanoTime();
    items = 0;
    Marker.scan(bytes, begin, end, this);
    heard.frame(end - begin, items);
  }

  @Override
  public void marker(byte[] bytes, int from, int at, long nanos, int room) {
    // A marker that ends its object is no news: typing that is over names its agent once more.
    if (bytes[at + Marker.LENGTH + 1] == '}')
      return;
    items++;
    heard.item(now - nanos);
  }

  @Override
  public void closed(WebSocket from, String reason) {
    heard.lost(reason);
  }
}

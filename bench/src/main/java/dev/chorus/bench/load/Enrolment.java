package dev.chorus.bench.load;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/** The frames that a connection sends before it counts as ready, a few unanswered at a time, so that thousands of joins do not become one burst. */
final class Enrolment {
  private static final int WINDOW = 8;
  private static final byte[] ERROR = "\"type\":\"error\"".getBytes(StandardCharsets.UTF_8);
  private final Queue<String> frames;
  private final byte[] sign;
  private int unanswered;
  private boolean opened;
  private String refusal;

  Enrolment(List<String> frames, String answerSign) {
    this.frames = new ArrayDeque<>(frames);
    this.sign = answerSign.getBytes(StandardCharsets.UTF_8);
  }

  void opened(WebSocket socket) {
    opened = true;
    next(socket);
  }

  void text(WebSocket socket, byte[] bytes, int from, int to) {
    for (int at = from; (at = Bytes.indexOf(bytes, at, to, sign)) >= 0; at += sign.length)
      unanswered--;
    if (Bytes.indexOf(bytes, from, to, ERROR) >= 0)
      refusal = new String(bytes, from, Math.min(300, to - from), StandardCharsets.UTF_8);
    next(socket);
  }

  boolean done() {
    return opened && frames.isEmpty() && unanswered <= 0;
  }

  /** What the server said against it; null if nothing. */
  String refusal() {
    return refusal;
  }

  private void next(WebSocket socket) {
    while (unanswered < WINDOW && !frames.isEmpty()) {
      unanswered++;
      socket.send(frames.poll());
    }
  }
}

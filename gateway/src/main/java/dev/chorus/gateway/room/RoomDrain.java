package dev.chorus.gateway.room;

import dev.chorus.gateway.catchup.Step;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What waits for a user in one room, on its way to a connection: the log with holes where entries are left out on purpose. Each hole is named, so that the reader sees no
 * silent gap. It ends with the room's marker, or when the reader does something else.
 */
public final class RoomDrain {
  private static final byte[] MESSAGE = "{\"type\":\"message:new\"".getBytes(StandardCharsets.US_ASCII);
  private final Runnable ended;
  private long delivered;
  private boolean over;

  /** What the reader gets next. */
  sealed interface Piece {
    record Entries(List<byte[]> entries) implements Piece {}

    /** Seqs {@code from} to {@code to}, both among them. */
    record Hole(long from, long to) implements Piece {}
  }

  /** @param ended hears of the end, once */
  public RoomDrain(Runnable ended) {
    this.ended = ended;
  }

  /** The step's entries and holes, in order. */
  List<Piece> pieces(Step.Deliver<byte[]> step) {
    List<Piece> pieces = new ArrayList<>(2);
    List<byte[]> entries = step.entries();
    for (int from = 0; from < entries.size();) {
      boolean hole = entries.get(from) == null;
      int to = from + 1;
      while (to < entries.size() && (entries.get(to) == null) == hole)
        to++;
      if (hole) {
        pieces.add(new Piece.Hole(step.prev() + from + 1, step.prev() + to));
      } else {
        List<byte[]> run = entries.subList(from, to);
        delivered += run.stream().filter(RoomDrain::isMessage).count();
        pieces.add(new Piece.Entries(run));
      }
      from = to;
    }
    return pieces;
  }

  private static boolean isMessage(byte[] envelope) {
    return envelope.length > MESSAGE.length && Arrays.equals(envelope, 0, MESSAGE.length, MESSAGE, 0, MESSAGE.length);
  }

  /** How many messages the reader was given. */
  public long delivered() {
    return delivered;
  }

  void end() {
    if (over)
      return;
    over = true;
    ended.run();
  }
}

package dev.chorus.bench.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;

/** People in rooms, over one or more servers, each with one connection; they say things of themselves in turn. */
public final class Gathering implements AutoCloseable {
  private static final double ENTER_SECONDS = 120;
  private static final int MOST_AT_ONCE = 64;
  private final Loop loop;
  private final Heard heard = new Heard();
  private final List<Participant> participants = new ArrayList<>();
  private final double enterSeconds;
  private int turn;

  /** Connects everybody, as fast as the servers take them: participant {@code i} in room {@code i % rooms} at the port {@code i % ports}. */
  public Gathering(Loop loop, List<Integer> ports, Dialect dialect, int people, int rooms) throws IOException {
    this.loop = loop;
    long start = System.nanoTime();
    for (int i = 0; i < people; i++) {
      participants.add(new Participant(loop, ports.get(i % ports.size()), dialect, "person-" + i, i % rooms, heard));
      loop.poll(0);
      if (i % MOST_AT_ONCE == MOST_AT_ONCE - 1)
        loop.until(() -> unready() < MOST_AT_ONCE || heard.lost() > 0, ENTER_SECONDS);
    }
    if (!loop.until(() -> unready() == 0 || heard.lost() > 0 || refusal() != null, ENTER_SECONDS))
      throw new IOException(unready() + " of " + people + " could not join in time");
    if (refusal() != null)
      throw new IOException("somebody could not join: " + refusal());
    enterSeconds = (System.nanoTime() - start) / 1e9;
    check();
  }

  private long unready() {
    return participants.stream().filter(participant -> !participant.ready()).count();
  }

  private String refusal() {
    return participants.stream().map(Participant::refusal).filter(Objects::nonNull).findFirst().orElse(null);
  }

  private void check() throws IOException {
    if (heard.lost() > 0)
      throw new IOException(heard.lost() + " connections were lost, the first with: " + heard.trouble());
  }

  /** How long it took until all had joined. */
  public double enterSeconds() {
    return enterSeconds;
  }

  /**
   * They say something in turn, so many times a second in all; what is heard is counted from the end of the warming on.
   *
   * @param frame of a room and a marker
   */
  public Heard talk(double perSecond, double warmSeconds, double seconds, BiFunction<Integer, String, String> frame) throws IOException {
    say(perSecond, warmSeconds, frame);
    heard.forget();
    say(perSecond, seconds, frame);
    check();
    return heard;
  }

  private void say(double perSecond, double seconds, BiFunction<Integer, String, String> frame) throws IOException {
    long start = System.nanoTime();
    long end = start + (long) (seconds * 1e9);
    long said = 0;
    for (long now = start; now < end && heard.lost() == 0; now = System.nanoTime()) {
      long allowed = (long) ((now - start) / 1e9 * perSecond);
      int burst = 0;
      for (; said < allowed && burst < MOST_AT_ONCE; burst++, said++) {
        Participant speaker = participants.get(turn++ % participants.size());
        speaker.say(frame.apply(speaker.room, Marker.text(System.nanoTime(), speaker.room, Marker.LENGTH)));
      }
      loop.poll(burst == MOST_AT_ONCE ? 0 : 1);
    }
  }

  /** Everybody says the same, spread over that time, e.g. heartbeats. */
  public void each(String frame, double seconds) throws IOException {
    say(participants.size() / seconds, seconds, (room, marker) -> frame);
    check();
  }

  public int size() {
    return participants.size();
  }

  @Override
  public void close() {
    participants.forEach(Participant::close);
  }
}

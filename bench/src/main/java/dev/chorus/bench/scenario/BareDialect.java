package dev.chorus.bench.scenario;

import dev.chorus.bench.load.Dialect;
import java.util.List;

/** What the bare servers understand: with rooms {@code s:ROOM} and {@code p:ROOM:text}, without them the text alone, which goes to everybody. */
record BareDialect(boolean rooms) implements Dialect {
  @Override
  public String path() {
    return "/";
  }

  @Override
  public List<String> headers(String user) {
    return List.of();
  }

  @Override
  public List<String> join(int room) {
    return rooms ? List.of("s:" + room) : List.of();
  }

  @Override
  public List<String> mayPublish(int room) {
    return List.of();
  }

  @Override
  public String answerSign() {
    return "joined";
  }

  @Override
  public String publish(int room, long id, String content) {
    return rooms ? "p:" + room + ":" + content : content;
  }

  @Override
  public boolean numbered() {
    return false;
  }
}

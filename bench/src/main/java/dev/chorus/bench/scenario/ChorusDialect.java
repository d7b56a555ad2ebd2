package dev.chorus.bench.scenario;

import dev.chorus.bench.cluster.Token;
import dev.chorus.bench.load.Dialect;
import java.util.List;

/**
 * Chorus's protocol. All of its users are admins: they are exempt from rates, and send to rooms without being members. So publishers are no
 * recipients, for whom everything would wait and be dropped again.
 *
 * @param prefix begins the names of rooms and users, so that one benchmark's do not meet another's
 */
record ChorusDialect(String prefix, Token token) implements Dialect {
  @Override
  public String path() {
    return "/api/ws/chat";
  }

  @Override
  public List<String> headers(String user) {
    return List.of("Authorization: Bearer " + token.of(prefix + "-" + user, true));
  }

  @Override
  public List<String> join(int room) {
    return List.of("{\"type\":\"room:join\",\"id\":\"join\",\"room\":\"" + name(room) + "\",\"data\":{}}");
  }

  @Override
  public List<String> mayPublish(int room) {
    return List.of();
  }

  @Override
  public String answerSign() {
    return "\"type\":\"ack\"";
  }

  @Override
  public String publish(int room, long id, String content) {
    return "{\"type\":\"message:send\",\"id\":" + id + ",\"room\":\"" + name(room) + "\",\"data\":{\"content\":\"" + content + "\"}}";
  }

  @Override
  public boolean numbered() {
    return true;
  }

  /** Everything up to that seq was read. */
  String read(int room, long seq) {
    return "{\"type\":\"message:read\",\"room\":\"" + name(room) + "\",\"data\":{\"seq\":" + seq + "}}";
  }

  /** A frame that says something of the user in passing; without an id nobody answers it. */
  String passing(String type, int room, String data) {
    return "{\"type\":\"" + type + "\",\"room\":\"" + name(room) + "\",\"data\":" + data + "}";
  }

  private String name(int room) {
    return prefix + "-" + room;
  }
}

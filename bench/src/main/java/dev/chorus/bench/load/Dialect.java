package dev.chorus.bench.load;

import java.util.List;

/** How one kind of server is spoken to: what a connection says to be let in, to read a room, and to send to it. */
public interface Dialect {
  /** The path of the upgrade request. */
  String path();

  /** The header lines of the upgrade request of a user. */
  List<String> headers(String user);

  /** The frames by which a reader joins a room; each gets one answer. */
  List<String> join(int room);

  /** The frames by which a publisher comes to be allowed to send to a room; each gets one answer. */
  List<String> mayPublish(int room);

  /** Text that stands once in each answer. */
  String answerSign();

  /** The frame that sends a text to a room; {@code id} comes back in its ack, if the server has acks. */
  String publish(int room, long id, String content);

  /** Whether what readers get is numbered by {@code "seq":n} in front of the content, without gaps per room. */
  boolean numbered();
}

package dev.chorus.gateway.aisdk;

import dev.chorus.gateway.stream.RequestHash;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import dev.chorus.model.Words;

/** The names of a chat's streams: all of one chat have the same key, so that its running one is found without a directory. The chat belongs to its user: others' of the same id are others. */
final class ChatStreams {
  private static final int KEY = 32;
  private static final int WORD = 18;
  /** Begins the word of an answer that goes on in a message which the client has. */
  private static final String GOES_ON = "cont";
  private static final String BEGINS = "new0";

  private ChatStreams() {}

  /** The key of all streams of the chat. */
  static String key(UserId user, String chat) {
    return "*" + RequestHash.of("chat", user.value(), chat).substring(0, KEY);
  }

  /** A new stream of the chat. */
  static StreamId next(String key, boolean goesOn) {
    return new StreamId(key + "~" + (goesOn ? GOES_ON : BEGINS) + Words.random(WORD));
  }

  /** The id of the message that the stream writes, the same for every reader; null when it goes on in one that the client has. */
  static String messageId(StreamId stream) {
    return stream.word().startsWith(GOES_ON) ? null : "msg-" + stream.word().substring(BEGINS.length());
  }
}

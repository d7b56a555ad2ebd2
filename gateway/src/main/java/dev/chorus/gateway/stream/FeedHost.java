package dev.chorus.gateway.stream;

import dev.chorus.bus.StreamingMessage.StreamPage;
import dev.chorus.model.Problem;
import java.util.function.Consumer;

/** What a feed needs done. */
interface FeedHost {
  /**
   * Reads the log of the stream above {@code after}.
   *
   * @param later after a pause
   * @param failed with the problem when the stream cannot be read any more, with null when a repeat may succeed
   */
  void read(Feed feed, long after, boolean later, Consumer<StreamPage> page, Consumer<Problem> failed);

  /** Nobody reads the feed any more. */
  void unread(Feed feed);

  /** The last reader of a stream that runs only for its readers has gone away. */
  void readersGone(Feed feed);

  /** Milliseconds. */
  long now();
}

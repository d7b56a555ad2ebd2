package dev.chorus.delivery.log;

import java.util.Optional;

/**
 * The id of a message as the world sees it, {@code WORD-SEQ}: it says where in its room's log the message is, so that no index of ids is needed.
 *
 * @param word the id of its row
 */
public record MessageId(String word, long seq) {
  private static final int MAX_DIGITS = 18;

  /** The id that the text stands for; empty if no message has such an id. */
  public static Optional<MessageId> parse(String text) {
    int dash = text.lastIndexOf('-');
    int digits = text.length() - dash - 1;
    if (dash < 1 || digits < 1 || digits > MAX_DIGITS || text.charAt(dash + 1) == '0')
      return Optional.empty();
    long seq = 0;
    for (int i = dash + 1; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9)
        return Optional.empty();
      seq = seq * 10 + digit;
    }
    return Optional.of(new MessageId(text.substring(0, dash), seq));
  }

  @Override
  public String toString() {
    return word + "-" + seq;
  }
}

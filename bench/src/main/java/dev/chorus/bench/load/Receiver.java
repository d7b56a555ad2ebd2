package dev.chorus.bench.load;

/** What speaks a protocol over a {@link Link}. */
public interface Receiver {
  /** Takes what it can of {@code bytes[0, length)} and says how many that were; the rest comes again, with what follows it. */
  int received(Link link, byte[] bytes, int length);

  /** The connection is gone; nothing follows. */
  void gone(Link link, String reason);
}

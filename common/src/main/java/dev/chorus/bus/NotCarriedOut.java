package dev.chorus.bus;

/** A call that surely did nothing: the asked node was not the owner, had no handler, or too much was under way towards it. Repeating it is safe. */
public final class NotCarriedOut extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotCarriedOut(String why) {
    super(why, null, false, false);
  }

  /** What a server fails with when it is not the owner of the key. */
  public static NotCarriedOut moved() {
    return new NotCarriedOut("moved");
  }
}

package dev.chorus.e2e.kit;

/**
 * How much of it the tests do that break things over and over: a little with every build, all of it with {@code ./chorus soak}, which sets
 * {@code -Dchorus.soak=true}.
 */
public final class Soak {
  private static final boolean WHOLE = Boolean.getBoolean("chorus.soak");

  private Soak() {}

  /** Whether all of it is done. */
  public static boolean isWhole() {
    return WHOLE;
  }

  /** So many rounds, words, people or seconds. */
  public static int size(int withEveryBuild, int inASoak) {
    return WHOLE ? inASoak : withEveryBuild;
  }
}

package dev.chorus.model;

/** Patterns of room names: {@code *} matches any run of characters, all else itself. Linear in the product of the lengths, no backtracking blow-up. */
public final class Glob {
  private Glob() {}

  /** Whether the whole text matches. */
  public static boolean matches(String glob, String text) {
    int g = 0;
    int t = 0;
    int star = -1;
    int mark = 0;
    while (t < text.length()) {
      if (g < glob.length() && glob.charAt(g) == '*') {
        star = g++;
        mark = t;
      } else if (g < glob.length() && glob.charAt(g) == text.charAt(t)) {
        g++;
        t++;
      } else if (star >= 0) {
        g = star + 1;
        t = ++mark;
      } else {
        return false;
      }
    }
    while (g < glob.length() && glob.charAt(g) == '*')
      g++;
    return g == glob.length();
  }
}

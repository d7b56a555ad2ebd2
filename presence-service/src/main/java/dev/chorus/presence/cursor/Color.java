package dev.chorus.presence.cursor;

import dev.chorus.model.UserId;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The colour of a user's cursor where the client gives none: the same in every room and whoever owns it, since it follows from the name. */
final class Color {
  private static final int HUES = 360;
  private static final double SATURATION = 0.65;
  private static final double LIGHTNESS = 0.45;

  private Color() {}

  /** As {@code #rrggbb}. */
  static String of(UserId user) {
    int hash = 0x811c9dc5;
    for (byte b : user.value().getBytes(StandardCharsets.UTF_8))
      hash = (hash ^ (b & 0xff)) * 0x01000193;
    hash ^= hash >>> 15;
    double hue = Math.floorMod(hash, HUES);
    return String.format(Locale.ROOT, "#%02x%02x%02x", channel(0, hue), channel(8, hue), channel(4, hue));
  }

  /** HSL to RGB (CSS Color Module Level 4, section 7). */
  private static int channel(int n, double hue) {
    double k = (n + hue / 30) % 12;
    double amplitude = SATURATION * Math.min(LIGHTNESS, 1 - LIGHTNESS);
    return (int) Math.round(255 * (LIGHTNESS - amplitude * Math.max(-1, Math.min(Math.min(k - 3, 9 - k), 1))));
  }
}

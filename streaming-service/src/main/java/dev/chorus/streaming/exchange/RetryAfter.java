package dev.chorus.streaming.exchange;

import java.time.DateTimeException;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** How long a provider asks to wait: {@code retry-after-ms}, or {@code Retry-After} in seconds or as a date (RFC 9110, section 10.2.3). */
final class RetryAfter {
  private static final int SECOND_MS = 1000;

  private RetryAfter() {}

  /**
   * Milliseconds, or null when it asks for nothing that can be read.
   *
   * @param now milliseconds since the epoch
   */
  static Long read(String milliseconds, String header, long now) {
    Double exact = number(milliseconds);
    if (exact != null)
      return Math.round(exact);
    Double seconds = number(header);
    if (seconds != null)
      return Math.round(seconds * SECOND_MS);
    if (header == null)
      return null;
    try {
      return Math.max(0, ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant().toEpochMilli() - now);
    } catch (DateTimeException neitherNumberNorDate) {
      return null;
    }
  }

  private static Double number(String text) {
    if (text == null)
      return null;
    try {
      double number = Double.parseDouble(text.strip());
      return number >= 0 && Double.isFinite(number) ? number : null;
    } catch (NumberFormatException notANumber) {
      return null;
    }
  }
}

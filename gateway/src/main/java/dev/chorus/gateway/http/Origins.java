package dev.chorus.gateway.http;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Which web pages may call: those of the server's own origin and of the allowed ones ({@code CHORUS_ALLOWED_ORIGINS}). Callers without an origin are no web pages. */
public final class Origins {
  private final boolean all;
  private final Set<String> allowed;

  public Origins(List<String> allowed) {
    this.all = allowed.contains("*");
    this.allowed = allowed.stream().map(Origins::normal).collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Whether a page of that origin may call.
   *
   * @param origin as the browser says it, or null
   * @param host the {@code Host} of the request, or null
   */
  public boolean allows(String origin, String host) {
    if (origin == null || all)
      return true;
    return allowed.contains(normal(origin)) || isOwn(origin, host);
  }

  private static boolean isOwn(String origin, String host) {
    if (host == null)
      return false;
    try {
      URI uri = URI.create(origin);
      return uri.getAuthority() != null && uri.getAuthority().equalsIgnoreCase(withoutDefaultPort(host, uri.getScheme()));
    } catch (IllegalArgumentException notAnOrigin) {
      return false;
    }
  }

  /** Browsers leave the scheme's own port out of an origin. */
  private static String withoutDefaultPort(String host, String scheme) {
    String port = "https".equals(scheme) ? ":443" : ":80";
    return host.endsWith(port) ? host.substring(0, host.length() - port.length()) : host;
  }

  private static String normal(String origin) {
    String lower = origin.toLowerCase(Locale.ROOT);
    return lower.endsWith("/") ? lower.substring(0, lower.length() - 1) : lower;
  }
}

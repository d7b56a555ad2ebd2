package dev.chorus.database;

import dev.chorus.database.DatabaseConfig.TlsMode;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads a connection URL of libpq's form. Its sentences never repeat the URL, since it holds a password. */
sealed interface DatabaseUrl {
  /** The URL could be read. */
  record Parsed(DatabaseConfig config) implements DatabaseUrl {}

  /** What is wrong, to be said after the key. */
  record Wrong(String sentence) implements DatabaseUrl {}

  /** Formats: https://www.postgresql.org/docs/current/libpq-connect.html, section "Connection URIs"; one host only. */
  static DatabaseUrl parse(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException malformed) {
      return new Wrong("is not a URL; special characters in user and password are written as %XX.");
    }
    if (!"postgresql".equals(uri.getScheme()) && !"postgres".equals(uri.getScheme()))
      return new Wrong("must begin with postgresql://.");
    if (uri.getHost() == null)
      return new Wrong("must name a host: postgresql://user:password@host:5432/database.");
    String[] account = uri.getRawUserInfo() == null ? new String[0] : uri.getRawUserInfo().split(":", 2);
    if (account.length == 0 || account[0].isEmpty())
      return new Wrong("must name a user: postgresql://user:password@host:5432/database.");
    String database = uri.getRawPath() == null || uri.getRawPath().length() < 2 ? account[0] : uri.getRawPath().substring(1);
    Map<String, String> options = options(uri.getRawQuery());
    Optional<TlsMode> tls = tlsMode(options.getOrDefault("sslmode", "prefer"));
    if (tls.isEmpty())
      return new Wrong("has an unknown sslmode; it can be disable, prefer, require, verify-ca or verify-full.");
    return new Parsed(new DatabaseConfig(host(uri), uri.getPort() < 0 ? 5432 : uri.getPort(), decoded(database), decoded(account[0]),
        account.length == 2 ? decoded(account[1]) : "", tls.get(), Optional.ofNullable(options.get("sslrootcert"))));
  }

  private static String host(URI uri) {
    String host = uri.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static Optional<TlsMode> tlsMode(String name) {
    return Optional.ofNullable(switch (name) {
      case "disable" -> TlsMode.DISABLE;
      case "allow", "prefer" -> TlsMode.PREFER;
      case "require" -> TlsMode.REQUIRE;
      case "verify-ca" -> TlsMode.VERIFY_CA;
      case "verify-full" -> TlsMode.VERIFY_FULL;
      default -> null;
    });
  }

  private static Map<String, String> options(String query) {
    Map<String, String> options = new LinkedHashMap<>();
    if (query == null)
      return options;
    for (String option : query.split("&", -1)) {
      int equals = option.indexOf('=');
      if (equals > 0)
        options.put(option.substring(0, equals), decoded(option.substring(equals + 1)));
    }
    return options;
  }

  /** Percent-decoding as in a URL's path: a plus sign stands for itself. */
  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}

package dev.chorus.database;

import dev.chorus.config.Settings;
import java.util.Optional;

/**
 * Where PostgreSQL is and as whom to enter it, from {@code CHORUS_DATABASE_URL}, a URL in the form of libpq:
 * {@code postgresql://user:password@host:port/database?sslmode=verify-full&sslrootcert=/etc/ca.pem}. It is a secret, so it can come
 * from the file that {@code CHORUS_DATABASE_URL_FILE} names, and {@link #toString()} leaves the password out.
 *
 * @param rootCertificate path of a PEM file to trust instead of the JDK's certificates
 */
public record DatabaseConfig(String host, int port, String database, String user, String password, TlsMode tls,
    Optional<String> rootCertificate) {
  /** The one key of all this. */
  public static final String KEY = "CHORUS_DATABASE_URL";

  /** How much the connection is protected, by libpq's names; {@code allow} is read as {@code prefer}. */
  public enum TlsMode {
    DISABLE, PREFER, REQUIRE, VERIFY_CA, VERIFY_FULL
  }

  /** Reads {@link #KEY}, which must be there. After a problem the returned value is a stand-in that must not be used: check the settings first. */
  public static DatabaseConfig from(Settings settings) {
    Optional<String> url = settings.secret(KEY);
    if (url.isEmpty()) {
      settings.problem(KEY, "must be set, e.g. postgresql://user:password@host:5432/chorus.");
      return standIn();
    }
    return switch (DatabaseUrl.parse(url.get())) {
      case DatabaseUrl.Parsed parsed -> parsed.config();
      case DatabaseUrl.Wrong wrong -> {
        settings.problem(KEY, wrong.sentence());
        yield standIn();
      }
    };
  }

  private static DatabaseConfig standIn() {
    return new DatabaseConfig("localhost", 5432, "chorus", "chorus", "", TlsMode.PREFER, Optional.empty());
  }

  @Override
  public String toString() {
    return "postgresql://" + user + "@" + host + ":" + port + "/" + database;
  }
}

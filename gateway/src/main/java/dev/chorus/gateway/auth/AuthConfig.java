package dev.chorus.gateway.auth;

import dev.chorus.config.Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How callers prove who they are. At least one source of token keys is needed; API keys come beside it.
 *
 * @param secret of HS256 tokens
 * @param publicKey PEM of an RSA or EC key
 * @param roomsByDefault globs for tokens without {@code rooms}
 * @param off nobody has to prove anything
 */
public record AuthConfig(Optional<String> secret, Optional<String> publicKey, Optional<URI> jwks, ApiKeys apiKeys,
    List<String> roomsByDefault, boolean off) {
  private static final int MIN_SECRET_BYTES = 16;

  /** Reads it; what is wrong is remembered in the settings. */
  public static AuthConfig from(Settings settings) {
    Optional<String> secret = settings.secret("CHORUS_JWT_SECRET");
    Optional<String> publicKey = settings.secret("CHORUS_JWT_PUBLIC_KEY");
    Optional<URI> jwks = settings.text("CHORUS_JWKS_URL").flatMap(url -> address(settings, url));
    boolean off = off(settings);
    if (!off && secret.isEmpty() && publicKey.isEmpty() && jwks.isEmpty()) {
      settings.problem("CHORUS_JWT_SECRET",
          "is missing; give it, CHORUS_JWT_PUBLIC_KEY or CHORUS_JWKS_URL, so that tokens can be verified.");
    }
    if (secret.isPresent() && secret.get().length() < MIN_SECRET_BYTES) {
      settings.problem("CHORUS_JWT_SECRET", "is shorter than " + MIN_SECRET_BYTES + " characters, which can be guessed.");
    }
    publicKey.filter(pem -> TokenKeys.publicKeys(pem).isEmpty())
        .ifPresent(pem -> settings.problem("CHORUS_JWT_PUBLIC_KEY", "is not a public RSA or EC key in PEM form (BEGIN PUBLIC KEY)."));
    List<String> rooms = settings.list("CHORUS_ROOMS_DEFAULT");
    List<String> byDefault = rooms.isEmpty() ? List.of("*") : rooms;
    return new AuthConfig(secret, publicKey, jwks, apiKeys(settings, byDefault), byDefault, off);
  }

  /** Only where nobody else can reach it. */
  private static boolean off(Settings settings) {
    boolean off = !settings.flag("CHORUS_AUTH", true);
    String host = settings.text("CHORUS_HOST").orElse("");
    if (off && !host.equals("localhost") && !host.equals("::1") && !host.startsWith("127."))
      settings.problem("CHORUS_AUTH", "is off, which is for one machine only: set CHORUS_HOST to 127.0.0.1, or leave CHORUS_AUTH on.");
    return off;
  }

  private static ApiKeys apiKeys(Settings settings, List<String> roomsByDefault) {
    Optional<String> file = settings.text("CHORUS_API_KEYS");
    if (file.isEmpty())
      return ApiKeys.NONE;
    try {
      return ApiKeys.read(Path.of(file.get()), roomsByDefault);
    } catch (IOException e) {
      settings.problem("CHORUS_API_KEYS", e.getMessage());
      return ApiKeys.NONE;
    }
  }

  private static Optional<URI> address(Settings settings, String url) {
    try {
      URI uri = URI.create(url);
      if (uri.getHost() != null && List.of("http", "https").contains(uri.getScheme()))
        return Optional.of(uri);
    } catch (IllegalArgumentException notAnAddress) {
      // Reported below, as an address of another kind is.
    }
    settings.problem("CHORUS_JWKS_URL", "is not an http or https address.");
    return Optional.empty();
  }
}

package dev.chorus.standalone.token;

import dev.chorus.config.Settings;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/** The secret with which the server of a data directory checks tokens: the one in the environment, else one made at the first use, for the owner's eyes only. */
public record SigningSecret(String value) {
  /** The setting that the services read. */
  public static final String KEY = "CHORUS_JWT_SECRET";
  private static final int BYTES = 32;

  /** The secret of the environment, else of the directory; made there if there is none. */
  public static SigningSecret of(Settings settings, Path directory) throws IOException {
    Optional<String> given = settings.secret(KEY);
    settings.check();
    if (given.isPresent())
      return new SigningSecret(given.get());
    Path file = directory.resolve("jwt.secret");
    if (!Files.exists(file))
      make(file);
    return new SigningSecret(Files.readString(file).strip());
  }

  private static void make(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    Path draft = Files.createTempFile(file.toAbsolutePath().getParent(), "secret", ".new",
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(draft, HexFormat.of().formatHex(random) + "\n");
    // A link fails where a rename would replace: of two who make one at the same time the first wins.
    try {
      Files.createLink(file, draft);
    } catch (FileAlreadyExistsException somebodyWasFaster) {
      return;
    } finally {
      Files.delete(draft);
    }
  }

  @Override
  public String toString() {
    return "SigningSecret[hidden]";
  }
}

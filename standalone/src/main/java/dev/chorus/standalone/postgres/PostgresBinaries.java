package dev.chorus.standalone.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs, unpacked once per version from the jar that brings them, into a cache of the user's that all data directories share. */
final class PostgresBinaries {
  private final Path directory;

  private PostgresBinaries(Path directory) {
    this.directory = directory;
  }

  /** Unpacks if it has not been done. Processes that do so at the same time do not disturb each other: the first rename wins. */
  static PostgresBinaries unpack(Path cache) throws IOException {
    String resource = "/postgres-" + system() + "-" + architecture() + ".txz";
    URL archive = PostgresBinaries.class.getResource(resource);
    if (archive == null)
      throw new PostgresException("There is no embedded PostgreSQL for this machine (" + system() + ", " + architecture()
          + "); set CHORUS_DATABASE_URL to one of your own.");
    // The archive's address names the version.
    Path directory = cache.resolve("postgres-" + Integer.toHexString(archive.toString().hashCode()));
    if (Files.isDirectory(directory))
      return new PostgresBinaries(directory);
    Files.createDirectories(cache);
    Path draft = Files.createTempDirectory(cache, "unpacking-");
    try (InputStream in = archive.openStream(); TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(in))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry())
        write(tar, entry, draft);
    }
    try {
      Files.move(draft, directory, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException somebodyWasFaster) {
      delete(draft);
      if (!Files.isDirectory(directory))
        throw somebodyWasFaster;
    }
    return new PostgresBinaries(directory);
  }

  /** The path of a program, e.g. {@code initdb}. */
  String program(String name) {
    return directory.resolve("bin").resolve(name).toString();
  }

  private static void write(TarArchiveInputStream tar, TarArchiveEntry entry, Path into) throws IOException {
    Path target = into.resolve(entry.getName()).normalize();
    if (!target.startsWith(into))
      throw new IOException("An entry of the archive lies outside of it.");
    if (entry.isDirectory()) {
      Files.createDirectories(target);
      return;
    }
    Files.createDirectories(target.getParent());
    if (entry.isSymbolicLink())
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
    else if (entry.isLink())
      Files.createLink(target, into.resolve(entry.getLinkName()));
    else {
      Files.copy(tar, target);
      if ((entry.getMode() & 0100) != 0)
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList())
        Files.delete(path);
    }
  }

  private static String system() {
    String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    if (name.startsWith("mac"))
      return "darwin";
    return name.startsWith("windows") ? "windows" : "linux";
  }

  private static String architecture() {
    return switch (System.getProperty("os.arch")) {
      case "aarch64", "arm64" -> "arm_64";
      default -> "x86_64";
    };
  }
}

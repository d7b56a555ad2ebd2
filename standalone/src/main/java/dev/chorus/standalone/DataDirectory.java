package dev.chorus.standalone;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** The directory of one installation: database, secrets, logs, and what runs of it. One launcher at a time works with it. */
final class DataDirectory {
  private final Path path;
  private FileLock lock;

  DataDirectory(Path path) {
    this.path = path.toAbsolutePath().normalize();
  }

  /** Makes the directory, for its owner only, and keeps other launchers out until this process ends. */
  DataDirectory open() throws IOException {
    if (Files.exists(path) && !Files.isDirectory(path))
      throw new Complaint(path + " is a file; name a directory with --data.");
    if (!Files.exists(path)) {
      if (path.getParent() != null)
        Files.createDirectories(path.getParent());
      Files.createDirectory(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    Files.createDirectories(logs());
    FileChannel channel = FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException heldByThisProcess) {
      lock = null;
    }
    if (lock == null)
      throw new Complaint("Another Chorus works with " + path + "; stop it, or name another directory with --data.");
    return this;
  }

  Path path() {
    return path;
  }

  Path logs() {
    return path.resolve("logs");
  }

  /** Where PostgreSQL's programs are unpacked, for all data directories of this user. */
  static Path cache() {
    return Path.of(System.getProperty("user.home"), ".cache", "chorus");
  }
}

package dev.chorus.e2e.kit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The classes that our processes load, written down once by a rehearsal before the first of them starts (class-data sharing, from JDK 25 on an ahead-of-time cache), as the
 * launcher does it: a test run starts a hundred JVMs. Without the archive everything works as well, later.
 */
final class SharedClasses {
  private static final String REHEARSAL = "dev.chorus.standalone.Rehearsal";
  private static final boolean AHEAD_OF_TIME = Runtime.version().feature() >= 25;
  private static final Path ARCHIVE = archive();

  private SharedClasses() {}

  /** What a JVM is started with besides, if its other flags and its classpath are those of the rehearsal. */
  static List<String> flags() {
    if (!Files.exists(ARCHIVE))
      return List.of();
    return AHEAD_OF_TIME
        ? List.of("-XX:AOTCache=" + ARCHIVE, "-Xlog:disable")
        : List.of("-XX:SharedArchiveFile=" + ARCHIVE, "-Xshare:auto", "-Xlog:disable");
  }

  private static Path archive() {
    try {
      Path file = Files.createTempDirectory("chorus-e2e").resolve("classes");
      file.toFile().deleteOnExit();
      file.getParent().toFile().deleteOnExit();
      List<String> command = new ArrayList<>(List.of(ChorusProcess.JAVA));
      command.addAll(ChorusProcess.flags());
      command.addAll(List.of("-XX:" + (AHEAD_OF_TIME ? "AOTCacheOutput=" : "ArchiveClassesAtExit=") + file, "-cp", ChorusProcess.CLASSPATH,
          REHEARSAL));
      Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
      if (!process.waitFor(2, TimeUnit.MINUTES))
        process.destroyForcibly();
      return file;
    } catch (IOException e) {
      throw new AssertionError("no place for an archive of classes", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}

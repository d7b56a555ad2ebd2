package dev.chorus.e2e.kit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The classes that our processes load, written down once by a rehearsal before the first of them starts (class-data sharing), as the launcher does it: a test
 * run starts a hundred JVMs. Without the archive everything works as well, later.
 */
final class SharedClasses {
  private static final String REHEARSAL = "dev.chorus.standalone.Rehearsal";
  private static final Path ARCHIVE = archive();

  private SharedClasses() {}

  /** What a JVM is started with besides, if its other flags and its classpath are those of the rehearsal. */
  static List<String> flags() {
    return Files.exists(ARCHIVE) ? List.of("-XX:SharedArchiveFile=" + ARCHIVE, "-Xshare:auto", "-Xlog:disable") : List.of();
  }

  private static Path archive() {
    try {
      Path file = Files.createTempDirectory("chorus-e2e").resolve("classes.jsa");
      file.toFile().deleteOnExit();
      file.getParent().toFile().deleteOnExit();
      List<String> command = new ArrayList<>(List.of(ChorusProcess.JAVA));
      command.addAll(ChorusProcess.flags());
      command.addAll(List.of("-XX:ArchiveClassesAtExit=" + file, "-cp", ChorusProcess.CLASSPATH, REHEARSAL));
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

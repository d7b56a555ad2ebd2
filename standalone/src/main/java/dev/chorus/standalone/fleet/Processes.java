package dev.chorus.standalone.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a process of this machine runs. */
final class Processes {
  private Processes() {}

  /** False also for one that has ended but that nobody has waited for: in a container there may be nobody who does. */
  static boolean runs(long pid) {
    if (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty())
      return false;
    try {
      // The state is the letter behind the command's name in parentheses: proc_pid_stat(5).
      String stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
      int state = stat.lastIndexOf(')') + 2;
      return state >= stat.length() || stat.charAt(state) != 'Z';
    } catch (IOException noSuchFile) {
      return !Files.isDirectory(Path.of("/proc/self"));
    }
  }
}

package dev.chorus.standalone;

import java.nio.file.Path;

/** The log of a command that serves in the foreground goes to a file: its terminal shows only what the person there has to know. */
final class LauncherLog {
  private LauncherLog() {}

  /** Must be called before the first line is logged; {@code logback-launcher.xml} reads the property. */
  static void to(Path file) {
    System.setProperty("chorus.log.file", file.toString());
    System.setProperty("logback.configurationFile", "logback-launcher.xml");
  }
}

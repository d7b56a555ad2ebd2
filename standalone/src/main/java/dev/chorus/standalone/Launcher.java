package dev.chorus.standalone;

import dev.chorus.config.ConfigurationException;
import dev.chorus.node.StartException;
import dev.chorus.node.Termination;
import dev.chorus.standalone.postgres.PostgresException;
import java.nio.file.FileSystemException;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

/** The Java side of {@code ./chorus}: its commands, and how their failures are told: one sentence each on standard error, exit code 2 for what the user can put right. */
@Command(name = "chorus", subcommands = {CommandLine.HelpCommand.class}, description = "A realtime backbone for chat and AI products.")
public final class Launcher {
  private static final int BROKEN = 1;

  private Launcher() {}

  public static void main(String[] arguments) {
    Termination termination = new Termination();
    int code = run(arguments, System.getenv(), Clock.systemUTC(), termination);
    // Commands that serve return after they have started; their process goes on until it is stopped.
    if (code != Serving.CODE)
      termination.exit(code);
  }

  /** The exit code, or {@link Serving#CODE}. */
  static int run(String[] arguments, Map<String, String> environment, Clock clock, Termination termination) {
    CommandLine line = new CommandLine(new Launcher());
    line.addSubcommand(new UpCommand(environment, clock, termination));
    line.addSubcommand(new ClusterCommand(environment, clock, termination));
    line.addSubcommand(new NodeCommand(environment, clock, termination));
    line.addSubcommand(new TokenCommand(environment, clock));
    line.setParameterExceptionHandler((wrong, given) -> complain(List.of(sentence(wrong.getMessage()) + " See ./chorus help.")));
    line.setExecutionExceptionHandler((failure, command, parsed) -> switch (failure) {
      case Complaint complaint -> complain(List.of(complaint.getMessage()));
      case PostgresException complaint -> complain(List.of(complaint.getMessage()));
      case ConfigurationException wrong -> complain(wrong.problems());
      case FileSystemException denied -> complain(List.of(
          denied.getFile()
              + " cannot be read or written; name another directory with --data, or see whose it is and whether its disk is full."));
      case StartException told -> broken(told.getMessage());
      default ->
        broken("It could not be started: " + (failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage()));
    });
    if (arguments.length == 0)
      return complain(List.of("Name a command: up, cluster, node, token, test or bench. See ./chorus help."));
    return line.execute(arguments);
  }

  private static int complain(List<String> sentences) {
    sentences.forEach(sentence -> System.err.println("chorus: " + sentence));
    return ExitCode.USAGE;
  }

  private static int broken(String text) {
    System.err.println("chorus: " + sentence(text));
    return BROKEN;
  }

  private static String sentence(String text) {
    String first = text.lines().findFirst().orElse("The options are wrong");
    String capital = first.substring(0, 1).toUpperCase(Locale.ROOT) + first.substring(1);
    return capital.endsWith(".") ? capital : capital + ".";
  }
}

package dev.chorus.standalone;

import dev.chorus.config.Settings;
import dev.chorus.standalone.token.SigningSecret;
import dev.chorus.standalone.token.Token;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints a token, and nothing else, on standard output. */
@Command(name = "token", description = "Prints a token that the server of the data directory accepts.")
final class TokenCommand implements Callable<Integer> {
  private static final int LONGEST_USER_BYTES = 128;
  private final Map<String, String> environment;
  private final Clock clock;

  @Parameters(paramLabel = "USER", description = "The user's name, 1 to 128 bytes.")
  private String user;

  @Option(names = "--data", paramLabel = "DIR", defaultValue = "data", description = "The data directory (${DEFAULT-VALUE}).")
  private Path data;

  @Option(names = "--room", paramLabel = "GLOB", description = "A room that the user may join; may be repeated (the server's default: all).")
  private List<String> rooms = List.of();

  @Option(names = "--admin", description = "The user may moderate and publish as a server.")
  private boolean admin;

  @Option(names = "--expires", paramLabel = "TIME", defaultValue = "1h", description = "How long it is valid, e.g. 90s, 15m, 1h, 7d (${DEFAULT-VALUE}).")
  private String expires;

  TokenCommand(Map<String, String> environment, Clock clock) {
    this.environment = environment;
    this.clock = clock;
  }

  @Override
  public Integer call() throws IOException {
    int length = user.getBytes(StandardCharsets.UTF_8).length;
    if (length == 0 || length > LONGEST_USER_BYTES)
      throw new Complaint("The user's name must have 1 to 128 bytes.");
    Token token = new Token(user, rooms, admin, lifetime(expires));
    System.out.println(token.sign(SigningSecret.of(Settings.of(environment), data), clock.instant()));
    return 0;
  }

  private static Duration lifetime(String text) {
    if (!text.matches("[0-9]{1,7}[smhd]"))
      throw new Complaint("--expires must be a number with s, m, h or d, e.g. 1h, but is \"" + text + "\".");
    long number = Long.parseLong(text.substring(0, text.length() - 1));
    return switch (text.charAt(text.length() - 1)) {
      case 's' -> Duration.ofSeconds(number);
      case 'm' -> Duration.ofMinutes(number);
      case 'h' -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }
}

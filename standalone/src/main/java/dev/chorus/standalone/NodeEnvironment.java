package dev.chorus.standalone;

import dev.chorus.config.Settings;
import dev.chorus.standalone.token.SigningSecret;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the nodes of this machine are told: the caller's environment, and for what it leaves open what the launcher has made in the data directory. */
final class NodeEnvironment {
  private final Map<String, String> variables;

  private NodeEnvironment(Map<String, String> variables) {
    this.variables = variables;
  }

  /** Nodes listen on the loopback unless told otherwise, and check tokens with the directory's secret unless they have a key of the caller's. */
  static NodeEnvironment of(Map<String, String> environment, Path directory, Optional<String> providers) throws IOException {
    Map<String, String> variables = new HashMap<>(environment);
    variables.putIfAbsent("CHORUS_HOST", "127.0.0.1");
    Settings settings = Settings.of(environment);
    boolean ownKey = settings.text("CHORUS_JWT_PUBLIC_KEY").isPresent() || settings.text("CHORUS_JWT_PUBLIC_KEY_FILE").isPresent()
        || settings.text("CHORUS_JWKS_URL").isPresent();
    if (!ownKey) {
      variables.put(SigningSecret.KEY, SigningSecret.of(settings, directory).value());
      variables.remove(SigningSecret.KEY + "_FILE");
    }
    providers.ifPresent(file -> variables.put(Providers.KEY, file));
    return new NodeEnvironment(variables);
  }

  NodeEnvironment with(String key, Object value) {
    Map<String, String> changed = new HashMap<>(variables);
    changed.put(key, value.toString());
    return new NodeEnvironment(changed);
  }

  Map<String, String> variables() {
    return Map.copyOf(variables);
  }

  /** Those of the variables that are settings of ours, for nodes that are added from another shell; keys of providers must be set there again. */
  Map<String, String> settings() {
    return variables.entrySet().stream().filter(entry -> entry.getKey().startsWith("CHORUS_"))
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** The caller named a PostgreSQL of their own. */
  boolean hasDatabase() {
    Settings settings = Settings.of(variables);
    return settings.text("CHORUS_DATABASE_URL").isPresent() || settings.text("CHORUS_DATABASE_URL_FILE").isPresent();
  }

  /** The secret for signing tokens; empty when the caller gave only keys for checking them. */
  Optional<SigningSecret> signingSecret() {
    return Optional.ofNullable(variables.get(SigningSecret.KEY)).map(SigningSecret::new);
  }
}

package dev.chorus.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.chorus.config.ConfigurationException;
import dev.chorus.config.Settings;
import dev.chorus.database.DatabaseConfig.TlsMode;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseConfigTest {
  @Test
  void aFullUrlIsReadWholly() {
    assertThat(
        read("postgresql://chat%40eu:p%40ss+%2F@db.example:6543/main?application_name=x&sslmode=verify-full&sslrootcert=/etc/ca.pem"))
        .isEqualTo(new DatabaseConfig("db.example", 6543, "main", "chat@eu", "p@ss+/", TlsMode.VERIFY_FULL, Optional.of("/etc/ca.pem")));
  }

  @Test
  void portDatabaseAndPasswordMayBeLeftOut() {
    assertThat(read("postgres://chorus@[::1]"))
        .isEqualTo(new DatabaseConfig("::1", 5432, "chorus", "chorus", "", TlsMode.PREFER, Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mysql://u:hidden@h/d", "postgresql://:hidden@h/d", "postgresql:///d?password=hidden",
      "postgresql://u:hidden@h/d?sslmode=maybe",
      "postgresql://u:hid den@h/d"})
  void aWrongUrlIsAProblemOfItsKeyThatDoesNotShowThePassword(String url) {
    Settings settings = Settings.of(Map.of(DatabaseConfig.KEY, url));
    DatabaseConfig.from(settings);
    ConfigurationException wrong = catchThrowableOfType(ConfigurationException.class, settings::check);
    assertThat(wrong.problems()).singleElement().asString().startsWith("CHORUS_DATABASE_URL ").doesNotContain("hid");
  }

  @Test
  void aMissingUrlIsAProblem() {
    Settings settings = Settings.of(Map.of());
    DatabaseConfig.from(settings);
    assertThat(catchThrowableOfType(ConfigurationException.class, settings::check)).hasMessageContaining("CHORUS_DATABASE_URL must be set");
  }

  @Test
  void thePasswordIsNotPrinted() {
    assertThat(read("postgresql://u:hidden@h/d").toString()).isEqualTo("postgresql://u@h:5432/d");
  }

  private static DatabaseConfig read(String url) {
    Settings settings = Settings.of(Map.of(DatabaseConfig.KEY, url));
    DatabaseConfig config = DatabaseConfig.from(settings);
    settings.check();
    return config;
  }
}

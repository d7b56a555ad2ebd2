package dev.chorus.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  @TempDir
  Path directory;

  @Test
  void absentAndBlankKeysGiveTheDefaults() {
    Settings settings = Settings.of(Map.of("BLANK", "  "));
    assertThat(settings.integer("BLANK", 7, 1, 10)).isEqualTo(7);
    assertThat(settings.flag("ABSENT", true)).isTrue();
    assertThat(settings.millis("ABSENT", Duration.ofMillis(3))).isEqualTo(Duration.ofMillis(3));
    assertThat(settings.text("BLANK")).isEmpty();
    assertThat(settings.list("ABSENT")).isEmpty();
    assertThatCode(settings::check).doesNotThrowAnyException();
  }

  @Test
  void valuesAreReadInTheirUnits() {
    Settings settings = Settings.of(Map.of("N", " 42 ", "MS", "1500", "S", "20", "OFF", "off", "L", "a, b,,c"));
    assertThat(settings.longNumber("N", 0, 0, 100)).isEqualTo(42);
    assertThat(settings.millis("MS", Duration.ZERO)).isEqualTo(Duration.ofMillis(1500));
    assertThat(settings.seconds("S", Duration.ZERO)).isEqualTo(Duration.ofSeconds(20));
    assertThat(settings.flag("OFF", true)).isFalse();
    assertThat(settings.list("L")).containsExactly("a", "b", "c");
  }

  @Test
  void allErrorsAreReportedTogetherWithTheirKeys() {
    Settings settings = Settings.of(Map.of("PORT", "http", "SIZE", "11", "FLAG", "perhaps", "A", "x", "A_FILE", "y", "B_FILE", "/nowhere"));
    assertThat(settings.integer("PORT", 8080, 1, 65535)).isEqualTo(8080);
    assertThat(settings.integer("SIZE", 5, 1, 10)).isEqualTo(5);
    assertThat(settings.flag("FLAG", false)).isFalse();
    assertThat(settings.secret("A")).isEmpty();
    assertThat(settings.secret("B")).isEmpty();
    settings.problem("OWN", "must be lucky.");
    List<String> problems = catchThrowableOfType(ConfigurationException.class, settings::check).problems();
    assertThat(problems).containsExactly("PORT must be a whole number from 1 to 65535, but is \"http\".",
        "SIZE must be a whole number from 1 to 10, but is \"11\".", "FLAG must be true or false, but is \"perhaps\".",
        "A is given twice, by itself and by A_FILE; give one of them.", "B_FILE names a file that cannot be read: \"/nowhere\".",
        "OWN must be lucky.");
  }

  @Test
  void aSecretComesFromItsFileWithoutTheLineEnd() throws IOException {
    Path file = Files.writeString(directory.resolve("secret"), "s3cret\n");
    assertThat(Settings.of(Map.of("KEY_FILE", file.toString())).secret("KEY")).contains("s3cret");
    assertThat(Settings.of(Map.of("KEY", "plain")).secret("KEY")).contains("plain");
  }

  @Test
  void anEmptySecretFileIsAnError() throws IOException {
    Path file = Files.writeString(directory.resolve("secret"), "\n");
    Settings settings = Settings.of(Map.of("KEY_FILE", file.toString()));
    assertThat(settings.secret("KEY")).isEmpty();
    assertThat(catchThrowableOfType(ConfigurationException.class, settings::check)).hasMessage("KEY_FILE names a file that is empty.");
  }
}

package dev.chorus.delivery.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.model.ErrorCode;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AppendFailureTest {
  @ParameterizedTest
  @CsvSource({"22021, BAD_REQUEST", "22P02, BAD_REQUEST", "54000, TOO_LARGE"})
  void whatARowHoldsIsItsSendersFault(String sqlState, ErrorCode code) {
    assertThat(of(sqlState)).isInstanceOfSatisfying(AppendFailure.Data.class, data -> assertThat(data.problem().code()).isEqualTo(code));
  }

  @ParameterizedTest
  @CsvSource({"40P01", "40001", "55P03", "57014"})
  void whatWasRolledBackForOthersSakeMayBeRepeated(String sqlState) {
    assertThat(of(sqlState)).isInstanceOf(AppendFailure.Collision.class);
  }

  @ParameterizedTest
  @CsvSource({"57P01", "57P02", "57P03", "08006"})
  void aServerThatGoesDownLeavesTheOutcomeUnknown(String sqlState) {
    assertThat(of(sqlState)).isInstanceOf(AppendFailure.Lost.class);
  }

  @ParameterizedTest
  @CsvSource({"53100, UNAVAILABLE", "25006, UNAVAILABLE", "23505, INTERNAL", "42883, INTERNAL", "XX000, INTERNAL"})
  void whatTheServerCannotDoIsRefusedWithoutItsWords(String sqlState, ErrorCode code) {
    assertThat(of(sqlState)).isInstanceOfSatisfying(AppendFailure.Refusal.class, refusal -> {
      assertThat(refusal.problem().code()).isEqualTo(code);
      assertThat(refusal.problem().message()).doesNotContain("secret");
    });
  }

  @Test
  void aBrokenConnectionLeavesTheOutcomeUnknown() {
    assertThat(AppendFailure.of(new IOException("reset by peer"))).isInstanceOf(AppendFailure.Lost.class);
  }

  private static AppendFailure of(String sqlState) {
    return AppendFailure.of(new PgException("secret words", "ERROR", sqlState, "secret detail"));
  }
}

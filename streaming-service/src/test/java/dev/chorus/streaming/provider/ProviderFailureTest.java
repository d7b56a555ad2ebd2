package dev.chorus.streaming.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.streaming.provider.ProviderFailure.Cause;
import org.junit.jupiter.api.Test;

final class ProviderFailureTest {
  private static Remedy status(int status, String type, String code, String message) {
    return new ProviderFailure(Cause.STATUS, message, status, type, code, null, null).remedy();
  }

  private static Remedy inBand(String type, String code, String message) {
    return new ProviderFailure(Cause.IN_BAND, message, 0, type, code, null, null).remedy();
  }

  @Test
  void whatPassesByIsTriedAgain() {
    for (int status : new int[]{408, 425, 429, 500, 502, 503, 504, 529})
      assertThat(status(status, null, null, "x")).as("%d", status).isEqualTo(Remedy.AGAIN);
  }

  @Test
  void whatIsWrongEverywhereGoesBack() {
    for (int status : new int[]{400, 404, 409, 413, 422})
      assertThat(status(status, null, null, "x")).as("%d", status).isEqualTo(Remedy.GIVE_BACK);
    assertThat(status(400, "invalid_request_error", "content_policy_violation", "x")).isEqualTo(Remedy.GIVE_BACK);
    assertThat(status(403, null, "content_filter", "x")).isEqualTo(Remedy.GIVE_BACK);
    assertThat(inBand("invalid_request_error", "content_filter", "x")).isEqualTo(Remedy.GIVE_BACK);
  }

  @Test
  void aRequestThatIsTooLongMayFitAnotherModelWhateverTheDialectCallsIt() {
    assertThat(status(400, null, "context_length_exceeded", "x")).isEqualTo(Remedy.NEXT_ONCE);
    assertThat(status(400, null, null, "This model's maximum context length is 8192 tokens.")).isEqualTo(Remedy.NEXT_ONCE);
    assertThat(status(400, "invalid_request_error", null, "prompt is too long: 210000 tokens > 200000 maximum"))
        .isEqualTo(Remedy.NEXT_ONCE);
    assertThat(status(413, "request_too_large", null, "x")).isEqualTo(Remedy.NEXT_ONCE);
    assertThat(inBand("validationException", null, "Input is too long for requested model.")).isEqualTo(Remedy.NEXT_ONCE);
  }

  @Test
  void whatIsWrongAtThisTargetAloneIsTriedAtTheNext() {
    assertThat(status(401, null, null, "x")).isEqualTo(Remedy.NEXT_NEVER_SAME);
    assertThat(status(403, null, null, "x")).isEqualTo(Remedy.NEXT_NEVER_SAME);
    assertThat(status(302, null, null, "x")).isEqualTo(Remedy.NEXT_NEVER_SAME);
    for (Cause cause : new Cause[]{Cause.NO_FIRST_TOKEN, Cause.STALLED, Cause.TOO_LONG, Cause.NOT_A_STREAM, Cause.NO_CREDENTIALS})
      assertThat(ProviderFailure.of(cause, "x").remedy()).as("%s", cause).isEqualTo(Remedy.NEXT_NEVER_SAME);
    for (Cause cause : new Cause[]{Cause.UNREACHABLE, Cause.TRUNCATED, Cause.MALFORMED, Cause.IN_BAND, Cause.BUSY})
      assertThat(ProviderFailure.of(cause, "x").remedy()).as("%s", cause).isEqualTo(Remedy.NEXT);
  }
}

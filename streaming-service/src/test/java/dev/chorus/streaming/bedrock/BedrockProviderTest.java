package dev.chorus.streaming.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.protocol.Json;
import dev.chorus.streaming.exchange.DialectContract;
import dev.chorus.streaming.provider.Finish;
import dev.chorus.streaming.provider.Provider;
import dev.chorus.streaming.provider.ProviderContract;
import dev.chorus.streaming.provider.ProviderEntry;
import dev.chorus.streaming.provider.ProviderFailure;
import dev.chorus.streaming.provider.ProviderFile;
import dev.chorus.streaming.provider.ProviderRequest;
import dev.chorus.streaming.provider.Recorder;
import dev.chorus.streaming.provider.Remedy;
import dev.chorus.streaming.provider.TestEntries;
import dev.chorus.testkit.provider.Answer;
import dev.chorus.testkit.provider.Dialect;
import dev.chorus.testkit.provider.MockProvider;
import dev.chorus.testkit.provider.Plan;
import dev.chorus.testkit.provider.ScriptedServer;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

final class BedrockProviderTest implements DialectContract {
  private static final String MODEL = "anthropic.claude-sonnet-4-5-20250929-v1:0";
  private static final String ID = "AKIDEXAMPLE";
  private static final String SECRET = "wJalrXUtnFEMI+K7MDENG";

  @Override
  public Dialect dialect() {
    return Dialect.BEDROCK;
  }

  @Override
  public Provider adapter(Vertx vertx, String url) {
    return new BedrockProvider(vertx, Clock.systemUTC(), TestEntries.entry("bedrock", url, ",\"region\":\"eu-central-1\""));
  }

  private static ProviderEntry withoutKey(String url, String more) {
    String file = "{\"providers\":[{\"name\":\"aws\",\"dialect\":\"bedrock\",\"region\":\"eu-central-1\",\"endpoint\":\"" + url + "\""
        + more
        + "}],\"models\":[{\"name\":\"*\",\"targets\":[{\"provider\":\"aws\"}]}]}";
    return ProviderFile.read(file, name -> Optional.empty()).catalogue().providers().get("aws");
  }

  private Recorder hear(Provider provider) throws Exception {
    Recorder heard = new Recorder();
    ProviderContract.open(provider, new ProviderRequest(request("hello").body(), MODEL, true), heard);
    heard.awaitEnd();
    return heard;
  }

  @Test
  void theRequestIsSignedAsItStandsOnTheWire() throws Exception {
    MockProvider mock = mock(Plan.whole(Answer.text("Hello")));
    Clock clock = Clock.fixed(Instant.parse("2026-03-04T05:06:07Z"), ZoneOffset.UTC);
    Recorder heard = hear(
        new BedrockProvider(Loop.vertx, clock, withoutKey(mock.url(), ""), () -> AwsCredentialsIdentity.create(ID, SECRET)));
    assertThat(heard.awaitEnd()).isInstanceOf(Finish.class);
    var asked = mock.requests().poll(5, TimeUnit.SECONDS);
    assertThat(asked.path()).isEqualTo("/model/anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse-stream");
    assertThat(asked.header("x-amz-date")).isEqualTo("20260304T050607Z");
    String authorization = asked.header("authorization");
    assertThat(authorization).startsWith("AWS4-HMAC-SHA256 Credential=" + ID + "/20260304/eu-central-1/bedrock/aws4_request");
    assertThat(authorization).endsWith("Signature=" + signature(asked, authorization));
    assertThat(Json.read(asked.body()).at("/messages/0/content/0/text").asText()).isEqualTo("hello");
  }

  /** Signature Version 4 of a request as it came in, worked out step by step. */
  private static String signature(ScriptedServer.Request request, String authorization) throws Exception {
    String names = authorization.replaceAll(".*SignedHeaders=([^,]+),.*", "$1");
    StringBuilder canonical = new StringBuilder("POST\n" + request.path().replace("%", "%25") + "\n\n");
    for (String name : names.split(";", -1))
      canonical.append(name).append(':').append(request.header(name)).append('\n');
    canonical.append('\n').append(names).append('\n').append(sha256(request.body()));
    String date = request.header("x-amz-date");
    String scope = date.substring(0, 8) + "/eu-central-1/bedrock/aws4_request";
    byte[] key = ("AWS4" + SECRET).getBytes(StandardCharsets.UTF_8);
    for (String part : scope.split("/", -1))
      key = hmac(key, part);
    return HexFormat.of().formatHex(hmac(key, "AWS4-HMAC-SHA256\n" + date + "\n" + scope + "\n" + sha256(canonical.toString())));
  }

  private static byte[] hmac(byte[] key, String text) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String sha256(String text) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void aKeyIsShownInsteadOfASignature() throws Exception {
    MockProvider mock = mock(Plan.whole(Answer.text("Hello")));
    hear(adapter(Loop.vertx, mock.url()));
    var asked = mock.requests().poll(5, TimeUnit.SECONDS);
    assertThat(asked.header("authorization")).isEqualTo("Bearer " + TestEntries.KEY);
    assertThat(asked.header("x-amz-date")).isNull();
  }

  @Test
  void withoutCredentialsNothingIsSentAndAnotherTargetIsAskedFor() throws Exception {
    MockProvider mock = mock(Plan.whole(Answer.text("Hello")));
    Recorder heard = hear(new BedrockProvider(Loop.vertx, Clock.systemUTC(), withoutKey(mock.url(), ""), () -> {
      throw SdkClientException.create("no credentials anywhere");
    }));
    assertThat(heard.awaitEnd()).isInstanceOfSatisfying(ProviderFailure.class, failure -> {
      assertThat(failure.remedy()).isEqualTo(Remedy.NEXT_NEVER_SAME);
      assertThat(failure.message()).doesNotContain("credentials");
    });
    assertThat(mock.requests()).isEmpty();
  }

  @Test
  void anErrorIsNamedByItsHeader() throws Exception {
    MockProvider mock = mock(
        Plan.status(400, "x-amzn-ErrorType: ValidationException:http://internal.amazon.com/\r\nContent-Type: application/json\r\n",
            "{\"message\":\"Input is too long for requested model.\"}"));
    assertThat(hear(adapter(Loop.vertx, mock.url())).awaitEnd()).isInstanceOfSatisfying(ProviderFailure.class, failure -> {
      assertThat(failure.type()).isEqualTo("ValidationException");
      assertThat(failure.remedy()).isEqualTo(Remedy.NEXT_ONCE);
    });
  }

  @Test
  void anInvokedModelIsAskedInItsOwnDialect() throws Exception {
    byte[] recorded = dev.chorus.streaming.exchange.Transcripts.file("bedrock-invokemodel-anthropic.bin");
    String[] asked = new String[2];
    try (ScriptedServer server = new ScriptedServer((request, socket, out) -> {
      asked[0] = request.path();
      asked[1] = request.body();
      out.write("HTTP/1.1 200 OK\r\nContent-Type: application/vnd.amazon.eventstream\r\nConnection: close\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII));
      for (int at = 0; at < recorded.length; at += 7)
        out.write(Arrays.copyOfRange(recorded, at, Math.min(recorded.length, at + 7)));
    })) {
      Recorder heard = hear(new BedrockProvider(Loop.vertx, Clock.systemUTC(), withoutKey(server.url(), ",\"api\":\"invoke\""),
          () -> AwsCredentialsIdentity.create(ID, SECRET)));
      assertThat(heard.awaitEnd()).isInstanceOf(Finish.class);
      assertThat(heard.text()).startsWith("Hello! I'm doing well");
    }
    assertThat(asked[0]).endsWith("/invoke-with-response-stream");
    assertThat(Json.read(asked[1]).path("anthropic_version").asText()).isEqualTo("bedrock-2023-05-31");
    assertThat(Json.read(asked[1]).has("model")).isFalse();
  }
}

package dev.chorus.streaming.bedrock;

import java.net.URI;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** Signs requests to Bedrock by AWS Signature Version 4. Finding the credentials may block. */
final class Signature {
  private static final String SERVICE = "bedrock";
  private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
  private final Supplier<AwsCredentialsIdentity> credentials;
  private final String region;
  private final Clock clock;

  Signature(Supplier<AwsCredentialsIdentity> credentials, String region, Clock clock) {
    this.credentials = credentials;
    this.region = region;
    this.clock = clock;
  }

  /** The headers that make a JSON {@code POST} of that body a signed one, but for the host, which is sent anyway. */
  Map<String, String> headers(String url, byte[] body) {
    SdkHttpRequest request = SdkHttpRequest.builder().method(SdkHttpMethod.POST).uri(URI.create(url))
        .putHeader("Content-Type", "application/json").build();
    AwsCredentialsIdentity identity = credentials.get();
    SignedRequest signed = signer.sign(sign -> sign.identity(identity).request(request).payload(ContentStreamProvider.fromByteArray(body))
        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, SERVICE).putProperty(AwsV4HttpSigner.REGION_NAME, region)
        .putProperty(HttpSigner.SIGNING_CLOCK, clock));
    Map<String, String> headers = new HashMap<>();
    signed.request().forEachHeader((name, values) -> {
      if (!name.equalsIgnoreCase("Host") && !name.equalsIgnoreCase("Content-Type"))
        headers.put(name, values.getFirst());
    });
    return headers;
  }
}

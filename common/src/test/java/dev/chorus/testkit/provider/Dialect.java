package dev.chorus.testkit.provider;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The languages that providers speak, each with its way to say an answer and its way to fail. */
public enum Dialect {
  OPENAI("text/event-stream; charset=utf-8", "/v1"), ANTHROPIC("text/event-stream; charset=utf-8",
      ""), BEDROCK("application/vnd.amazon.eventstream", "");

  final String mediaType;
  private final String base;

  Dialect(String mediaType, String base) {
    this.mediaType = mediaType;
    this.base = base;
  }

  /** By what is asked for. */
  static Dialect of(String path) {
    return path.endsWith("/chat/completions") ? OPENAI : path.endsWith("/messages") ? ANTHROPIC : BEDROCK;
  }

  /** A provider file's entry for a mock, without its braces, so that more can be added. */
  public String entry(String name, String url) {
    String address = this == BEDROCK ? "\"region\": \"eu-central-1\", \"endpoint\"" : "\"baseUrl\"";
    return "\"name\": \"" + name + "\", \"dialect\": \"" + name().toLowerCase(java.util.Locale.ROOT) + "\", \"apiKeyEnv\": \"MOCK_KEY\", "
        + address
        + ": \"" + url + base + "\"";
  }

  List<Wire> frames(Answer answer) {
    List<Wire> frames = new ArrayList<>();
    switch (this) {
      case OPENAI -> OpenAiFrames.write(answer, frames);
      case ANTHROPIC -> AnthropicFrames.write(answer, frames);
      case BEDROCK -> BedrockFrames.write(answer, frames);
    }
    return frames;
  }

  /** An error within the stream. */
  byte[] error() {
    return switch (this) {
      case OPENAI -> sse("{\"error\":{\"message\":\"The server is overloaded\",\"type\":\"server_error\",\"param\":null,\"code\":null}}");
      case ANTHROPIC -> namedSse("error", "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}");
      case BEDROCK -> BedrockFrames.exception("modelStreamErrorException", "{\"message\":\"The model is overloaded\"}");
    };
  }

  /** A frame that cannot be read. */
  byte[] malformed() {
    if (this != BEDROCK)
      return sse("{\"choices\":[{\"index\":");
    byte[] frame = BedrockFrames.frame("contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"x\"}}");
    frame[frame.length - 1] ^= 1;
    return frame;
  }

  static byte[] sse(String data) {
    return ("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8);
  }

  static byte[] namedSse(String event, String data) {
    return ("event: " + event + "\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8);
  }
}

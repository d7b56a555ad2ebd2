package dev.chorus.streaming.exchange;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Recorded bodies of providers, in {@code src/test/resources/wire}. */
public final class Transcripts {
  public static final List<String> WHOLE = List.of("openai-chat-basic", "openai-chat-tool-call", "openai-chat-tool-calls-parallel",
      "openai-chat-length",
      "openai-chat-refusal", "openai-chat-logprobs", "openai-chat-n3", "openai-chat-2026-obfuscation", "azure-chat-model-router");
  public static final List<String> BROKEN = List.of("openai-chat-error-in-stream", "openai-chat-truncated-clean-close",
      "openrouter-midstream-error");
  public static final List<String> NAMES = java.util.stream.Stream.concat(WHOLE.stream(), BROKEN.stream()).toList();

  private Transcripts() {}

  public static byte[] bytes(String name) {
    return file(name + ".sse");
  }

  public static byte[] file(String name) {
    try (InputStream in = Transcripts.class.getResourceAsStream("/wire/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** As many choices as were asked for. */
  public static int choices(String name) {
    return name.endsWith("-n3") ? 3 : 1;
  }
}

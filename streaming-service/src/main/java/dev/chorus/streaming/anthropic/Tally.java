package dev.chorus.streaming.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.protocol.Usage;

/** What a message has used. Its figures come in parts, each the total so far of what it names; tokens read from or written to a cache are counted beside the input. */
final class Tally {
  private long input;
  private long written;
  private long read;
  private long output;

  void add(JsonNode usage) {
    input = usage.path("input_tokens").asLong(input);
    written = usage.path("cache_creation_input_tokens").asLong(written);
    read = usage.path("cache_read_input_tokens").asLong(read);
    output = usage.path("output_tokens").asLong(output);
  }

  Usage usage() {
    long prompt = input + written + read;
    return new Usage(prompt, output, prompt + output, null);
  }

  /** Of the prompt, so many tokens came from a cache. */
  long cached() {
    return read;
  }
}

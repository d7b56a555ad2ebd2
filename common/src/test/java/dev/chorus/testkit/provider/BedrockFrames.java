package dev.chorus.testkit.provider;

import dev.chorus.protocol.Json;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/** An answer as the events of ConverseStream, in event-stream frames. */
final class BedrockFrames {
  private static final int PRELUDE = 12;
  private static final int CHECKSUM = 4;
  private static final byte STRING = 7;

  private BedrockFrames() {}

  static void write(Answer answer, List<Wire> frames) {
    event(Wire.Says.NOTHING, "messageStart", Map.of("role", "assistant"), frames);
    int block = 0;
    if (!answer.reasoning().isEmpty()) {
      for (String token : answer.reasoning())
        delta(Wire.Says.REASONING, block, Map.of("reasoningContent", Map.of("text", token)), frames);
      event(Wire.Says.NOTHING, "contentBlockStop", Map.of("contentBlockIndex", block++), frames);
    }
    if (!answer.text().isEmpty()) {
      for (String token : answer.text())
        delta(Wire.Says.TEXT, block, Map.of("text", token), frames);
      event(Wire.Says.NOTHING, "contentBlockStop", Map.of("contentBlockIndex", block++), frames);
    }
    if (answer.tool() != null) {
      event(Wire.Says.TOOL, "contentBlockStart",
          Map.of("contentBlockIndex", block, "start", Map.of("toolUse", Map.of("toolUseId", "tooluse_mock", "name", answer.tool()))),
          frames);
      for (String piece : answer.arguments())
        delta(Wire.Says.ARGUMENTS, block, Map.of("toolUse", Map.of("input", piece)), frames);
      event(Wire.Says.NOTHING, "contentBlockStop", Map.of("contentBlockIndex", block), frames);
    }
    event(Wire.Says.REASON, "messageStop", Map.of("stopReason", answer.tool() == null ? "end_turn" : "tool_use"), frames);
    event(Wire.Says.USAGE, "metadata",
        Map.of("usage", Map.of("inputTokens", Answer.PROMPT_TOKENS, "outputTokens", answer.tokens(), "totalTokens",
            Answer.PROMPT_TOKENS + answer.tokens())),
        frames);
  }

  private static void delta(Wire.Says says, int block, Map<String, ?> delta, List<Wire> frames) {
    event(says, "contentBlockDelta", Map.of("contentBlockIndex", block, "delta", delta), frames);
  }

  private static void event(Wire.Says says, String type, Map<String, ?> payload, List<Wire> frames) {
    frames.add(new Wire(says, frame(type, Json.text(payload))));
  }

  static byte[] frame(String type, String payload) {
    return frame(Map.of(":message-type", "event", ":event-type", type, ":content-type", "application/json"), payload);
  }

  static byte[] exception(String type, String payload) {
    return frame(Map.of(":message-type", "exception", ":exception-type", type, ":content-type", "application/json"), payload);
  }

  /**
   * <pre>
   * total length 4 | headers length 4 | CRC-32 of these eight 4 | headers | payload | CRC-32 of all before it 4
   * header: name length 1 | name | type 1 | value length 2 | value
   * </pre>
   */
  private static byte[] frame(Map<String, String> headers, String payload) {
    ByteArrayOutputStream named = new ByteArrayOutputStream();
    headers.forEach((name, value) -> {
      named.write(name.length());
      named.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
      named.write(STRING);
      named.write(value.length() >> 8);
      named.write(value.length());
      named.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
    });
    byte[] said = payload.getBytes(StandardCharsets.UTF_8);
    ByteBuffer frame = ByteBuffer.allocate(PRELUDE + named.size() + said.length + CHECKSUM);
    frame.putInt(frame.capacity()).putInt(named.size()).putInt(checksum(frame.array(), 8));
    frame.put(named.toByteArray()).put(said);
    frame.putInt(checksum(frame.array(), frame.position()));
    return frame.array();
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}

package dev.chorus.streaming.anthropic;

/** Why a model stopped, in the words of chat completions. */
final class StopReasons {
  private StopReasons() {}

  /** A word that has no counterpart stays as it is: no reason is invented. */
  static String word(String stopReason) {
    return switch (stopReason) {
      case "end_turn", "stop_sequence", "pause_turn" -> "stop";
      case "max_tokens", "model_context_window_exceeded" -> "length";
      case "tool_use" -> "tool_calls";
      case "refusal" -> "content_filter";
      default -> stopReason;
    };
  }
}

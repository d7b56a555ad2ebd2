package dev.chorus.streaming.answer;
import dev.chorus.protocol.Usage;

/** What the attempts at one answer have used, the lost ones included. */
final class Spending {
  private static final int BYTES_PER_TOKEN = 4;
  private final long promptCharacters;
  private Usage spent;

  /** @param promptCharacters of the request, to estimate tokens where a provider does not count */
  Spending(long promptCharacters) {
    this.promptCharacters = promptCharacters;
  }

  /** An attempt is over. {@code counted} by the provider, or null; {@code bytes} of text that it brought. */
  void add(Usage counted, long bytes) {
    Usage usage = counted != null ? counted : estimate(promptCharacters, bytes);
    spent = spent == null ? usage : plus(spent, usage);
  }

  private static Usage plus(Usage left, Usage right) {
    boolean estimated = left.estimated() != null || right.estimated() != null;
    return new Usage(left.promptTokens() + right.promptTokens(), left.completionTokens() + right.completionTokens(),
        left.totalTokens() + right.totalTokens(), estimated ? Boolean.TRUE : null);
  }

  /** All together; what the prompt would have cost when no attempt came so far. */
  Usage total() {
    return spent != null ? spent : estimate(promptCharacters, 0);
  }

  /** About four bytes make a token in the languages of most prompts; marked as an estimate. */
  static Usage estimate(long promptCharacters, long bytes) {
    long prompt = (promptCharacters + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN;
    long completion = (bytes + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN;
    return new Usage(prompt, completion, prompt + completion, true);
  }
}

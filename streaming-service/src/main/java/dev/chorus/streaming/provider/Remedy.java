package dev.chorus.streaming.provider;

/** What a failed attempt asks for (docs/protocol.md, section 6). It is a function of the failure alone; budgets, breakers and targets are the caller's business. */
public enum Remedy {
  /** It passes by: again at the same target within its retries, then the next one. */
  AGAIN,
  /** The next target; where there is none, the same one once more may help. */
  NEXT,
  /** The next target, and never this one again for this request. */
  NEXT_NEVER_SAME,
  /** The next target once, whose model may take more; without a retry. */
  NEXT_ONCE,
  /** The request itself is wrong or refused: straight back to the caller. */
  GIVE_BACK
}

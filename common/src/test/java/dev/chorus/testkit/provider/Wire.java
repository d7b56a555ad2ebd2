package dev.chorus.testkit.provider;

/** One frame of an answer as its bytes on the wire, and what it says. */
record Wire(Says says, byte[] bytes) {
  /** SOMETHING stands for whichever part of the answer comes first. */
  enum Says {
    NOTHING, REASONING, TEXT, TOOL, ARGUMENTS, REASON, USAGE, SOMETHING;

    boolean isPartOfAnswer() {
      return this == REASONING || this == TEXT || this == TOOL || this == ARGUMENTS;
    }
  }
}

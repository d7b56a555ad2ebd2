package dev.chorus.streaming.simulated;

import java.util.ArrayList;
import java.util.List;

/** Sentences out of a prompt: the same prompt gives the same words, another one others. */
final class Prose {
  private static final int SUBJECT_CHARACTERS = 60;
  private static final String[] OPENINGS = {"Here is what I can say about", "Let us look at", "A good place to begin with",
      "In short, about"};
  private static final String[] SENTENCES = {"The first thing to see is how the parts hold together.",
      "Each step builds on the one before it, so the order matters.",
      "A small example makes it clearer than any definition.", "It helps to ask what would change if one piece were missing.",
      "Most of the work lies in the cases that seem rare.", "What looks simple from outside is often simple because somebody took care.",
      "Measure before you decide, and decide before you build.", "The rest follows once these points are settled.",
      "There are trade-offs, and naming them is half of the answer.", "In practice people start small and grow what proves useful."};

  private Prose() {}

  /** Tokens, each a word with the space before it; {@code words} of them, or a few sentences when it is 0. */
  static List<String> tokens(String prompt, int words) {
    int seed = prompt.hashCode();
    String subject = prompt.isEmpty()
        ? "nothing in particular"
        : "“" + (prompt.length() > SUBJECT_CHARACTERS ? prompt.substring(0, safeCut(prompt)) + "…" : prompt) + "”";
    List<String> tokens = new ArrayList<>();
    split(OPENINGS[Math.floorMod(seed, OPENINGS.length)] + " " + subject + ".", tokens);
    int sentences = 4 + Math.floorMod(seed >> 8, 3);
    for (int i = 0; words == 0 ? i < sentences : tokens.size() < words; i++)
      split(SENTENCES[Math.floorMod(seed + i * 7, SENTENCES.length)], tokens);
    return words == 0 ? tokens : tokens.subList(0, words);
  }

  /** What is left of the tokens behind that beginning of them; all of them where it is none, or null. */
  static List<String> after(String prefix, List<String> tokens) {
    if (prefix == null || !String.join("", tokens).startsWith(prefix))
      return tokens;
    List<String> left = new ArrayList<>();
    int passed = 0;
    for (String token : tokens) {
      int from = Math.max(0, prefix.length() - passed);
      if (from < token.length())
        left.add(token.substring(from));
      passed += token.length();
    }
    return left;
  }

  /** Not between the halves of a surrogate pair. */
  private static int safeCut(String prompt) {
    return Character.isHighSurrogate(prompt.charAt(SUBJECT_CHARACTERS - 1)) ? SUBJECT_CHARACTERS - 1 : SUBJECT_CHARACTERS;
  }

  private static void split(String sentence, List<String> tokens) {
    for (String word : sentence.split("\\s+", -1))
      tokens.add(tokens.isEmpty() ? word : " " + word);
  }
}

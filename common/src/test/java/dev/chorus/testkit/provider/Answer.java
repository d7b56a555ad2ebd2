package dev.chorus.testkit.provider;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a provider answers, whatever its dialect: reasoning, then text, then a tool call; each but the text may be missing.
 *
 * @param reasoning its tokens
 * @param text its tokens
 * @param tool the name of the tool that is called, or null
 * @param arguments the pieces of the call's JSON
 */
public record Answer(List<String> reasoning, List<String> text, String tool, List<String> arguments) {
  /** The tokens of every prompt, as the provider counts. */
  static final int PROMPT_TOKENS = 11;

  /** Text alone, a token for each word with the space before it. */
  public static Answer text(String text) {
    return new Answer(List.of(), tokens(text), null, List.of());
  }

  /** That many numbered words. */
  public static Answer words(int count) {
    return text(String.join(" ", IntStream.rangeClosed(1, count).mapToObj(i -> "word" + i).toList()));
  }

  public Answer withReasoning(String thought) {
    return new Answer(tokens(thought), text, tool, arguments);
  }

  public Answer withTool(String name, String... pieces) {
    return new Answer(reasoning, text, name, List.of(pieces));
  }

  /** The text in one. */
  public String whole() {
    return String.join("", text);
  }

  /** As chat completions call it. */
  String reason() {
    return tool == null ? "stop" : "tool_calls";
  }

  int tokens() {
    return reasoning.size() + text.size() + arguments.size();
  }

  /** What is left behind that beginning; all of it where the text does not begin so. */
  Answer after(String prefix) {
    if (prefix.isEmpty() || !whole().startsWith(prefix))
      return this;
    return new Answer(List.of(), tokens(whole().substring(prefix.length())), tool, arguments);
  }

  private static List<String> tokens(String text) {
    List<String> tokens = new ArrayList<>();
    int from = 0;
    for (int space = text.indexOf(' ', 1); space > 0; space = text.indexOf(' ', space + 1)) {
      tokens.add(text.substring(from, space));
      from = space;
    }
    if (from < text.length())
      tokens.add(text.substring(from));
    return List.copyOf(tokens);
  }
}

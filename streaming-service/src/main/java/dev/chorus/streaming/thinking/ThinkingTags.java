package dev.chorus.streaming.thinking;

import dev.chorus.streaming.provider.Piece;
import java.util.List;
import java.util.function.Consumer;

/**
 * Takes reasoning out of text as it streams: what stands between {@code <thinking>} and {@code </thinking>}, or {@code <think>} and {@code </think>}, is reasoning, the tags
 * themselves are neither. A tag may be split anywhere: what may yet become one is held back, which is never more than a tag's length.
 */
final class ThinkingTags {
  private static final List<String> NAMES = List.of("thinking", "think");
  private static final List<String> OPENING = NAMES.stream().map(name -> "<" + name + ">").toList();
  private String held = "";
  /** The tag that ends the reasoning, or null outside of it. */
  private String closing;

  /** Whether this text could pass without being looked at: it is not reasoning, and there is no tag in it nor the beginning of one. */
  boolean leavesAlone(String text) {
    return closing == null && held.isEmpty() && text.indexOf('<') < 0;
  }

  boolean holdsBack() {
    return !held.isEmpty();
  }

  /** Tells what is certain by now, in order. */
  void add(String text, Consumer<Piece> out) {
    String rest = held.isEmpty() ? text : held + text;
    held = "";
    for (int at = rest.indexOf('<'); at >= 0; at = rest.indexOf('<', at)) {
      String tag = tagAt(rest, at);
      if (tag != null) {
        say(rest.substring(0, at), out);
        rest = rest.substring(at + tag.length());
        closing = closing == null ? "</" + tag.substring(1) : null;
        at = 0;
      } else if (mayBecomeTag(rest.substring(at))) {
        held = rest.substring(at);
        rest = rest.substring(0, at);
        break;
      } else {
        at++;
      }
    }
    say(rest, out);
  }

  /** Nothing comes any more: what was held back is what it looks like. */
  void end(Consumer<Piece> out) {
    String rest = held;
    held = "";
    say(rest, out);
  }

  private String tagAt(String text, int at) {
    for (String tag : tags())
      if (text.startsWith(tag, at))
        return tag;
    return null;
  }

  private boolean mayBecomeTag(String end) {
    return tags().stream().anyMatch(tag -> tag.startsWith(end));
  }

  private List<String> tags() {
    return closing == null ? OPENING : List.of(closing);
  }

  private void say(String text, Consumer<Piece> out) {
    if (!text.isEmpty())
      out.accept(closing == null ? new Piece.Content(text) : new Piece.Reasoning(text));
  }
}

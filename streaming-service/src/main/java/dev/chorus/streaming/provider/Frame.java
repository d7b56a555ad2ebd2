package dev.chorus.streaming.provider;

import java.util.List;

/**
 * What a provider sent at once.
 *
 * @param pieces of the answer in it; none in frames that say something else (role, usage)
 * @param token part of the answer is in it, of whatever choice and kind
 * @param raw JSON text in the OpenAI chat-completions form, or null where nobody wants it
 */
public record Frame(List<Piece> pieces, boolean token, String raw) {}

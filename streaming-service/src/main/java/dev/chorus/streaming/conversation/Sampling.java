package dev.chorus.streaming.conversation;

import java.util.List;

/** How to generate; what was not asked for is null, or empty. */
public record Sampling(Integer maxTokens, Double temperature, Double topP, List<String> stop) {}

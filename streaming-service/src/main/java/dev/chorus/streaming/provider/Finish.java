package dev.chorus.streaming.provider;
import dev.chorus.protocol.Usage;

/**
 * A provider's own end of an answer.
 *
 * @param reason as the provider named it, e.g. {@code stop} or {@code length}; never invented
 * @param usage as the provider counted, or null
 */
public record Finish(String reason, Usage usage) {}

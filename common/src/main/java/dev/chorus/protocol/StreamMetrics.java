package dev.chorus.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * How a stream went, told at its end.
 *
 * @param firstTokenMs absent when there was no token
 * @param throttledMs how long the provider's socket was paused
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StreamMetrics(Long firstTokenMs, long durationMs, long chunks, long bytes, int attempts, int failovers, long throttledMs) {}

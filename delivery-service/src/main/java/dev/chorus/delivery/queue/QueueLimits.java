package dev.chorus.delivery.queue;

import java.time.Duration;

/**
 * How much waits for a user, and for how long.
 *
 * @param messages in all rooms together
 */
public record QueueLimits(int messages, Duration age) {}

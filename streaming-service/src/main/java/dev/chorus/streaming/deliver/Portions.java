package dev.chorus.streaming.deliver;

/** How large a portion of the mode {@code buffered} grows, in bytes of UTF-8, and how long it waits. */
public record Portions(int bytes, int delayMs) {}

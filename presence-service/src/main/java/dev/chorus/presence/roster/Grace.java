package dev.chorus.presence.roster;

/** How long things outlast their last sign of life, in milliseconds: a user whose connection broke, and a typing indicator. */
public record Grace(long leaveMs, long typingMs) {}

package dev.chorus.streaming.conversation;

import java.util.List;

/** What one side said until the other's turn: neighbouring messages of one side are one turn, results of tools are the user's. */
public record Turn(boolean assistant, List<Part> parts) {}

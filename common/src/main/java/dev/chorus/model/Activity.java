package dev.chorus.model;

/** What a user does in a room, as the client says or, for THINKING, as the streams of an agent do. */
public enum Activity {
  VIEWING, TYPING, EDITING, THINKING, IDLE
}

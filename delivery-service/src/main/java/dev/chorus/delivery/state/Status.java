package dev.chorus.delivery.state;

/** How far a message has come at a recipient, the least advanced first. PENDING and SENDING are the only ones from which nothing has left yet. */
public enum Status {
  FAILED, CANCELLED, PENDING, SENDING, SENT, DELIVERED, READ
}

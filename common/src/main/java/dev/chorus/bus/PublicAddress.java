package dev.chorus.bus;

/** The addresses that other services of the cluster use, with {@code JsonObject} bodies (docs/protocol.md, section 10). */
public enum PublicAddress {
  MESSAGES("chorus.messages");

  private final String address;

  PublicAddress(String address) {
    this.address = address;
  }

  /** On the event bus. */
  public String address() {
    return address;
  }
}

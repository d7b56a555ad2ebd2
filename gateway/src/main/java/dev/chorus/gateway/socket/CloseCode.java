package dev.chorus.gateway.socket;

/** Why the server ends a connection (docs/protocol.md, section 2). The reason is JSON for programs: {@code {"code":"drain","reconnectInMs":2300}}. */
public enum CloseCode {
  DRAIN(4000), HEARTBEAT_TIMEOUT(4001), SLOW_CONSUMER(4008), RATE_LIMITED(4029), PROTOCOL_ERROR(4400), UNAUTHORIZED(4401), FORBIDDEN(
      4403), REPLACED(4409), TOO_LARGE(4413);

  private final int number;

  CloseCode(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  String reason() {
    return "{\"code\":\"" + word() + "\"}";
  }

  String reason(long reconnectInMs) {
    return "{\"code\":\"" + word() + "\",\"reconnectInMs\":" + reconnectInMs + '}';
  }

  /** For programs, e.g. {@code drain}. */
  public String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}

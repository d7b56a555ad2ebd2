package dev.chorus.gateway.auth;

import io.vertx.core.http.HttpServerRequest;

/** Which credential a request carries: the first that is present of its header, a subprotocol, and its query. */
public final class RequestCredential {
  private static final String BEARER = "bearer ";

  private RequestCredential() {}

  /** Whether its query can be read; if not, whoever asks for a parameter gets an exception. */
  public static boolean isReadable(HttpServerRequest request) {
    try {
      request.params();
      return true;
    } catch (IllegalArgumentException notEncoded) {
      return false;
    }
  }

  /** Of the header; null without one. */
  public static String header(HttpServerRequest request) {
    String header = request.getHeader("Authorization");
    if (header == null)
      return null;
    return header.regionMatches(true, 0, BEARER, 0, BEARER.length()) ? header.substring(BEARER.length()).strip() : header;
  }

  /** Of the query, for browsers, which can send no header with a WebSocket or an EventSource: {@code ticket}, else {@code access_token}; null without. */
  public static String query(HttpServerRequest request) {
    String ticket = request.getParam("ticket");
    return ticket != null ? Tickets.MARK + ticket : request.getParam("access_token");
  }

  /** Where everybody is who they say they are: {@code ?user=}, or anonymous. */
  public static String name(HttpServerRequest request) {
    String user = request.getParam("user");
    return user == null ? "" : Anyone.MARK + user;
  }
}

package dev.chorus.gateway.http;

import dev.chorus.gateway.auth.Tickets;
import java.util.List;

/** {@code POST /api/ws/ticket}: a way into a WebSocket for pages that cannot send a header. */
public final class TicketResource {
  private final Tickets tickets;

  public TicketResource(Tickets tickets) {
    this.tickets = tickets;
  }

  public List<Route> routes() {
    return List.of(Route.of("POST", "/api/ws/ticket", exchange -> exchange.json(200, tickets.issue(exchange.caller()))));
  }
}

package dev.chorus.gateway.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.chorus.bus.DeliveryClient;
import dev.chorus.bus.DeliveryMessage.ListMembers;
import dev.chorus.gateway.moderation.Moderation;
import dev.chorus.model.Principal;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import java.util.List;
import java.util.Map;

/** {@code /api/rooms/{room}/members} and {@code /api/users/{user}/connections}: who is a member, and what admins end. */
public final class MemberResource {
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 500;
  private final DeliveryClient delivery;
  private final Moderation moderation;

  public MemberResource(DeliveryClient delivery, Moderation moderation) {
    this.delivery = delivery;
    this.moderation = moderation;
  }

  public List<Route> routes() {
    return List.of(Route.of("GET", "/api/rooms/{room}/members", this::members),
        Route.of("DELETE", "/api/rooms/{room}/members/{user}", this::remove),
        Route.of("DELETE", "/api/users/{user}/connections", this::disconnect));
  }

  private void members(Exchange exchange) {
    RoomId room = exchange.room(true);
    Principal asker = exchange.caller();
    delivery.members(new ListMembers(room, asker.user(), asker.admin(), exchange.query("cursor"), exchange.limit(DEFAULT_LIMIT, MAX_LIMIT)))
        .onSuccess(page -> exchange.json(200, new Members(page.members().stream()
            .map(member -> new Members.Member(member.user(), member.joinedAt(), member.deliveredSeq(), member.readSeq())).toList(),
            page.cursor())))
        .onFailure(exchange::refuse);
  }

  private void remove(Exchange exchange) {
    exchange.adminOnly();
    moderation.remove(exchange.room(true), UserId.parse(exchange.segment("user"))).onSuccess(done -> exchange.json(200, Map.of()))
        .onFailure(exchange::refuse);
  }

  private void disconnect(Exchange exchange) {
    exchange.adminOnly();
    moderation.end(UserId.parse(exchange.segment("user"))).onSuccess(done -> exchange.json(200, Map.of())).onFailure(exchange::refuse);
  }

  /** @param cursor of the next page, absent on the last */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Members(List<Member> members, String cursor) {
    /** Marks are absent where the member shows none. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Member(UserId user, long joinedAt, Long deliveredSeq, Long readSeq) {}
  }
}

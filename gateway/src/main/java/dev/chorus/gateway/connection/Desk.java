package dev.chorus.gateway.connection;

import dev.chorus.bus.DeliveryClient;
import dev.chorus.bus.PresenceClient;
import dev.chorus.bus.StreamingClient;
import dev.chorus.gateway.auth.Authenticator;
import dev.chorus.gateway.config.GatewayConfig;
import dev.chorus.gateway.limit.UserRates;
import dev.chorus.gateway.receipt.Marks;
import dev.chorus.gateway.moderation.Moderation;
import dev.chorus.gateway.progress.Projects;
import dev.chorus.gateway.room.Joining;
import dev.chorus.gateway.room.Rooms;
import dev.chorus.gateway.send.Sends;
import dev.chorus.gateway.socket.Wheel;
import dev.chorus.gateway.stream.StreamAccess;
import dev.chorus.gateway.stream.Streams;
import dev.chorus.gateway.watch.Hints;
import dev.chorus.model.NodeId;
import dev.chorus.protocol.ClientFrameCodec;
import io.vertx.core.Vertx;
import java.time.Clock;

/** What all connections of a gateway have in common. */
public record Desk(Vertx vertx, NodeId self, GatewayConfig config, Clock clock, Wheel wheel, ClientFrameCodec codec,
    Authenticator authenticator,
    UserRates rates, Rooms rooms,
    Joining joining, Sends sends, Marks marks, Hints hints, Streams streams, StreamAccess access, Projects projects,
    DeliveryClient delivery, PresenceClient presence,
    StreamingClient streaming, Moderation moderation) {}

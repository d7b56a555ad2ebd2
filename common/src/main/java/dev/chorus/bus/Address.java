package dev.chorus.bus;

import dev.chorus.model.NodeId;

/** An address of the event bus and, for the compiler only, what travels to it. */
@SuppressWarnings("UnusedTypeParameter")
public record Address<M extends BusMessage>(String name, NodeId node) {}

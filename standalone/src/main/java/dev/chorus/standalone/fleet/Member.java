package dev.chorus.standalone.fleet;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * A node of this machine's cluster, as {@code cluster.json} lists it.
 *
 * @param port for clients, of gateways; null for the others
 * @param clusterPort of Hazelcast, for those who join later; left out of the list
 */
public record Member(String role, String node, long pid, @JsonInclude(JsonInclude.Include.ALWAYS) Integer port, int managementPort,
    int clusterPort) {}

package dev.chorus.standalone.fleet;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A node that is to be started.
 *
 * @param port for clients, of a gateway
 * @param environment all of its environment but for what its parent adds
 */
public record NodePlan(String role, String mainClass, Optional<Integer> port, int clusterPort, List<String> jvmFlags,
    Map<String, String> environment) {}

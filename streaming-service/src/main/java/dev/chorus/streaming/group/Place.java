package dev.chorus.streaming.group;

/**
 * Where in a group an answer stands.
 *
 * @param group the group's id
 * @param merge as it was asked for
 * @param index from 0, in the order given
 * @param agents how many there are
 */
public record Place(String group, String merge, int index, int agents) {}

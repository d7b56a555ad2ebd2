package dev.chorus.bus;

import dev.chorus.model.NodeId;
import java.util.List;

/** Calls about the progress of projects and their answers. A project's owner is the streaming node to which the ring gives its name. */
public sealed interface ProgressMessage extends BusMessage {

  /**
   * Adds events to a project, in that order.
   *
   * @param reports each the JSON text of an object, as section 7 of the protocol has it
   */
  record PublishProgress(String project, List<String> reports) implements ProgressMessage {}

  /** @param seq of the last of them */
  record PublishedProgress(long seq) implements ProgressMessage {}

  /** For some seconds the gateway gets the events of these projects; it repeats this for as long as it wants them. */
  record WatchProjects(NodeId gateway, List<String> projects) implements ProgressMessage {}

  /** How far the projects are, and which of them another node owns. */
  record WatchedProjects(List<ProjectHead> heads, List<String> moved) implements ProgressMessage {}

  /**
   * @param head the last number, 0 if there was none yet
   * @param floor what is numbered up to here is not kept any more
   */
  record ProjectHead(String project, long head, long floor) {}

  /** The events of a project above {@code after}, at most {@code limit}; any streaming node answers. */
  record ReadProgress(String project, long after, int limit) implements ProgressMessage {}

  /** @param entries above {@code after} and the floor, without a gap */
  record ProgressPage(ProjectHead head, List<ProgressEntry> entries) implements ProgressMessage {}

  /**
   * One event of a project.
   *
   * @param agentId whom it is about, or null
   * @param data of the envelope, as JSON
   */
  record ProgressEntry(long seq, String type, String agentId, byte[] data) {}

  /** How a project stands; any streaming node answers. */
  record ReadProject(String project) implements ProgressMessage {}

  /** @param agents the latest event of each agent, by the agents' names */
  record ProjectState(List<ProgressEntry> agents) implements ProgressMessage {}
}

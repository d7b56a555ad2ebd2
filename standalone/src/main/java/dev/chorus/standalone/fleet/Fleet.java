package dev.chorus.standalone.fleet;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The nodes of this machine's cluster: our children, and those that were added beside us. Keeps {@code cluster.json} true and says on the terminal who comes and goes. A
 * node that has died is not replaced.
 */
public final class Fleet {
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);
  private static final long END_SECONDS = 25;
  private final ClusterDirectory directory;
  private final Path logs;
  private final PrintStream out;
  private final List<ChildNode> children = new ArrayList<>();
  private final Map<ChildNode, Member> serving = new HashMap<>();
  private List<Member> listed = List.of();
  private volatile boolean ending;

  public Fleet(ClusterDirectory directory, Path logs, PrintStream out) {
    this.directory = directory;
    this.logs = logs;
    this.out = out;
  }

  /** Starts a child. It is listed once it serves. */
  public synchronized void start(NodePlan plan) throws IOException {
    int number = children.size() + 1;
    children.add(ChildNode.start(plan, directory.statusFile(number), logs.resolve(plan.role() + "-" + number + ".log")));
  }

  /** Waits until all children serve; the sentence says which does not and where its log is. */
  public Optional<String> awaitServing(Duration limit) throws IOException, InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (!ending) {
      look();
      synchronized (this) {
        if (serving.size() == children.size())
          return Optional.empty();
        for (ChildNode child : children)
          if (!child.runs() && !serving.containsKey(child))
            return Optional.of("A " + child.plan().role() + " node did not start; its log is " + child.log() + ".");
        if (System.nanoTime() > end)
          return Optional.of("The nodes did not serve within " + limit.toSeconds() + " s; their logs are in " + logs + ".");
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
    }
    return Optional.empty();
  }

  /** Keeps looking until {@link #end}. */
  public void watch() throws IOException, InterruptedException {
    while (!ending) {
      look();
      TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
    }
  }

  private synchronized void look() throws IOException {
    if (ending)
      return;
    for (ChildNode child : children) {
      if (serving.containsKey(child) || !child.runs())
        continue;
      Optional<Member> member = child.member();
      if (member.isEmpty())
        continue;
      serving.put(child, member.get());
      directory.add(member.get());
    }
    List<Member> members = directory.members();
    if (members.equals(listed))
      return;
    directory.list(members);
    for (Member member : members)
      if (!listed.contains(member))
        out.println("  " + member.node() + " serves" + where(member) + ".");
    for (Member member : listed)
      if (!members.contains(member))
        out.println(
            "  " + member.node() + " has ended" + how(member) + "; it is not replaced (./chorus node " + member.role() + " adds one).");
    listed = members;
  }

  private static String where(Member member) {
    return member.port() == null ? "" : " at http://localhost:" + member.port();
  }

  private String how(Member member) {
    return children.stream().filter(child -> member.equals(serving.get(child)) && !child.runs()).findFirst()
        .map(child -> " with exit code " + child.exitCode()).orElse("");
  }

  /** Ends all children and those nodes beside us, in order, by force after a while. */
  public void end() throws IOException, InterruptedException {
    ending = true;
    List<ChildNode> all;
    synchronized (this) {
      all = List.copyOf(children);
    }
    all.forEach(ChildNode::askToEnd);
    List<Long> ours = all.stream().map(child -> child.process().pid()).toList();
    List<ProcessHandle> beside = directory.members().stream().filter(member -> !ours.contains(member.pid()))
        .flatMap(member -> ProcessHandle.of(member.pid()).stream()).toList();
    beside.forEach(ProcessHandle::destroy);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS);
    for (ChildNode child : all)
      if (!child.process().waitFor(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS))
        child.process().destroyForcibly().waitFor(2, TimeUnit.SECONDS);
    while (beside.stream().anyMatch(process -> Processes.runs(process.pid())) && System.nanoTime() < end)
      TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
    directory.end();
  }
}

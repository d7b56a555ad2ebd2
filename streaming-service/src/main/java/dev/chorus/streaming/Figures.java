package dev.chorus.streaming;

import dev.chorus.bus.StreamFigures;
import dev.chorus.bus.StreamRecord.End;
import dev.chorus.streaming.answer.RunningStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What this node has counted of its streams since it started, by the provider that was asked first. */
final class Figures {
  private static final class Counts {
    long started;
    long completed;
    long failed;
    long cancelled;
    long recovered;
    long promptTokens;
    long completionTokens;
    final Map<String, Double> cost = new TreeMap<>();
    final long[] firstToken = new long[StreamFigures.BUCKETS];
    final long[] duration = new long[StreamFigures.BUCKETS];
  }

  private final Map<String, Counts> byProvider = new HashMap<>();

  private Counts of(String provider) {
    return byProvider.computeIfAbsent(provider, name -> new Counts());
  }

  void started(String provider) {
    of(provider).started++;
  }

  void ended(String provider, End end, boolean recovered) {
    Counts counts = of(provider);
    switch (end.status()) {
      case "COMPLETED" -> counts.completed++;
      case "CANCELLED" -> counts.cancelled++;
      default -> counts.failed++;
    }
    if (recovered)
      counts.recovered++;
    counts.promptTokens += end.usage().promptTokens();
    counts.completionTokens += end.usage().completionTokens();
    if (end.cost() != null)
      counts.cost.merge(end.cost().currency(), end.cost().amount(), Double::sum);
    if (end.metrics().firstTokenMs() != null)
      counts.firstToken[StreamFigures.bucket(end.metrics().firstTokenMs())]++;
    counts.duration[StreamFigures.bucket(end.metrics().durationMs())]++;
  }

  /** @param running those that run now */
  List<StreamFigures> read(Collection<RunningStream> running) {
    Map<String, Long> active = new HashMap<>();
    running.forEach(stream -> active.merge(stream.opened().provider(), 1L, Long::sum));
    active.keySet().forEach(this::of);
    List<StreamFigures> figures = new ArrayList<>();
    byProvider.forEach((provider, counts) -> figures.add(new StreamFigures(provider, active.getOrDefault(provider, 0L), counts.started,
        counts.completed, counts.failed, counts.cancelled, counts.recovered, counts.promptTokens, counts.completionTokens,
        Map.copyOf(counts.cost), Arrays.stream(counts.firstToken).boxed().toList(), Arrays.stream(counts.duration).boxed().toList())));
    return figures;
  }
}

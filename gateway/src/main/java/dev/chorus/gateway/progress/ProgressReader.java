package dev.chorus.gateway.progress;

import dev.chorus.bus.ProgressMessage.ProgressEntry;
import java.util.List;

/** Someone who follows a project's events at a position of their own. Called on the gateway's context only; every number comes once and in order. */
public interface ProgressReader {
  /** The next events. */
  void events(List<ProgressEntry> entries);

  /** Asked after each batch: too much of what was handed over is still unsent. Nothing more comes until {@link Subscription#drained}. */
  boolean full();
}
